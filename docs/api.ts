/** Writes the API reference into docs/api, one page for each entry point of each package. */
import { join } from 'node:path';
import { Application, Comment, CommentTag, type Context, Converter, type DeclarationReflection, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { apiGroups } from './api-groups.ts';
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
  // Every error class would repeat the members of `Error`.
  excludeExternals: true,
  groupOrder: [...Object.keys(apiGroups), '*'],
  sort: ['source-order'],
  parametersFormat: 'table',
  disableSources: true,
  out: join(import.meta.dirname, 'api'),
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  // VitePress compiles a page as a Vue template, so text that looks like a tag must be escaped.
  sanitizeComments: true,
  validation: { notExported: false, invalidLink: true },
  treatValidationWarningsAsErrors: true,
};

const groupOf = new Map(Object.entries(apiGroups).flatMap(([group, names]) => names.map((name) => [name, group])));

/** Adds `@group` to the exports of core's main entry, so that the comments in its source need none. */
function groupCore({ project }: Context): void {
  const core = project.children?.find(({ name }) => name === '@sitemessage/core');
  for (const child of core?.children ?? []) {
    const group = groupOf.get(child.name);
    for (const target of child.signatures ?? [child as DeclarationReflection]) {
      target.comment ??= new Comment();
      if (group !== undefined) target.comment.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: group }]));
    }
  }
}

const application = await Application.bootstrapWithPlugins(options);
application.converter.on(Converter.EVENT_RESOLVE_BEGIN, groupCore);
// Without a display name a page is named by the folder of its file: `sitemessage-core/src/memory`.
const named = application.getEntryPoints()?.map((entry) => {
  const name = entryPoints.find(({ file }) => file === entry.sourceFile.fileName)?.name;
  return { ...entry, displayName: name ?? entry.displayName };
});
const project = application.converter.convert(named ?? []);
application.validate(project);
await application.generateOutputs(project);
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
