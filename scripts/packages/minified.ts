import { build } from 'esbuild';

/** The main entry of a package that is installed in `folder`, with all that it imports, in kB. */
export async function minifiedKb(name: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}'`, resolveDir: folder },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return Math.ceil((outputFiles[0]?.contents.length ?? 0) / 1000);
}
