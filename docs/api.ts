/** Writes the API reference into docs/api, one page for each entry point of each package. */
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { entryPoints } from './entry-points.ts';

const root = join(import.meta.dirname, '..');
const options: TypeDocOptions & Partial<PluginOptions> = {
  plugin: ['typedoc-plugin-markdown'],
  name: 'API reference',
  entryPoints: entryPoints.map(({ file }) => file),
  tsconfig: join(root, 'tsconfig.json'),
  readme: 'none',
  excludeInternal: true,
  excludePrivate: true,
  disableSources: true,
  out: join(import.meta.dirname, 'api'),
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  // A page is compiled as a template of Vue: what looks like one of its tags would be taken for it.
  sanitizeComments: true,
  validation: { notExported: false, invalidLink: true },
  treatValidationWarningsAsErrors: true,
};

const application = await Application.bootstrapWithPlugins(options);
// Named by the folder of its file otherwise: `sitemessage-core/src/memory`.
const named = application.getEntryPoints()?.map((entry) => {
  const name = entryPoints.find(({ file }) => file === entry.sourceFile.fileName)?.name;
  return { ...entry, displayName: name ?? entry.displayName };
});
const project = application.converter.convert(named ?? []);
application.validate(project);
await application.generateOutputs(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
