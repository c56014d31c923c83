import { build } from 'esbuild';

/** Returns the size of a bundled and minified module in kB. `source` imports packages that are installed in `folder`. */
export async function minifiedKb(source: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return Math.ceil((outputFiles[0]?.contents.length ?? 0) / 1000);
}
