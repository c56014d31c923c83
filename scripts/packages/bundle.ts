import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import webpack from 'webpack';

/** What is bundled: the application's own files, and our packages. */
const isOurs = (request: string): boolean => /^([./]|[A-Za-z]:\\|@sitemessage\/)/.test(request);

/** Makes one file of `entry` in the application's folder. */
export type Bundler = (folder: string, entry: string, outfile: string) => Promise<void>;

export const bundlers: Readonly<Record<string, Bundler>> = {
  async esbuild(folder, entry, outfile) {
    await esbuild.build({
      absWorkingDir: folder,
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22',
      logLevel: 'silent',
      plugins: [
        {
          name: 'others-are-external',
          setup({ onResolve }) {
            onResolve({ filter: /.*/ }, ({ path }) => (isOurs(path) ? undefined : { path, external: true }));
          },
        },
      ],
    });
  },

  async rollup(folder, entry, outfile) {
    const bundle = await rollup({
      input: join(folder, entry),
      plugins: [nodeResolve({ rootDir: folder })],
      external: (request) => !isOurs(request),
    });
    // SMTP loads what only OAuth 2 needs when it is needed.
    await bundle.write({ file: join(folder, outfile), format: 'es', inlineDynamicImports: true });
    await bundle.close();
  },

  async webpack(folder, entry, outfile) {
    const compiler = webpack({
      mode: 'production',
      context: folder,
      entry: `./${entry}`,
      target: 'node22',
      externals: ({ request = '' }, done) => (isOurs(request) ? done() : done(undefined, `module ${request}`)),
      // The rest of `production` is what drops modules; without names and lines nobody could read what fails.
      optimization: { minimize: false },
      experiments: { outputModule: true },
      output: { path: folder, filename: outfile, module: true },
    });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      compiler.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    await new Promise((resolve) => compiler.close(resolve));
    if (stats?.hasErrors()) throw new Error(stats.toString('errors-only'));
  },
};
