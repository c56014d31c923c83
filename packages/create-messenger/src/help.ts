import { licenses } from './licenses.ts';
import { kinds } from './templates.ts';

/** The text of `--help`. */
export const help: string = `Makes a package for a messenger of sitemessage.

  npm create sitemessage-messenger [folder] [-- flags]

  folder              the folder of the package. Default: the alias

  --alias <alias>     the name for recipients('...'): my-protocol. Default: the name of the folder
  --title <title>     the name for users. Default: made from the alias
  --kind <kind>       the kind: ${Object.keys(kinds).join(', ')}. Default: http
${Object.entries(kinds)
  .map(([kind, hint]) => `                        ${kind}: ${hint}\n`)
  .join('')}  --package <name>    the name of the npm package. Default: sitemessage-messenger-<alias>,
                      in the scope of the folder @scope/<alias>
  --author <author>   the author, for the licence and the package.
                      Default: the <package> authors
  --license <id>      ${licenses.join(', ')} or another id of SPDX.
                      Default: MIT

  -y, --yes           asks nothing, and uses the defaults
  --force             overwrites its own files in a folder that is not empty
  -h, --help          shows this
  --version           shows the version
`;
