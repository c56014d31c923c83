import { kinds } from './kinds.ts';
import { licenses } from './licenses.ts';

export const help: string = `Makes a package for a messenger of sitemessage.

  npm create sitemessage-messenger [folder] [-- flags]

  folder              where it is made. Default: the alias

  --alias <alias>     what recipients('...') says: my-protocol. Default: the name of the folder
  --title <title>     for people. Default: made from the alias
  --kind <kind>       ${Object.keys(kinds).join(', ')}. Default: http
${Object.entries(kinds)
  .map(([kind, hint]) => `                        ${kind}: ${hint}\n`)
  .join('')}  --package <name>    of the npm package. Default: sitemessage-messenger-<alias>,
                      in the scope of a folder @scope/<alias>
  --author <author>   in the licence and the package. Default: the <package> authors
  --license <id>      ${licenses.join(', ')} or another id of SPDX. Default: MIT

  -y, --yes           asks nothing: what is not given has its default
  --force             overwrites its own files in a folder that is not empty
  -h, --help          shows this
  --version           shows the version
`;
