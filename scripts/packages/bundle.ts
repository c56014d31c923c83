import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import webpack from 'webpack';

/** Returns true for the application's files and our packages. All others stay external. */
const isOurs = (request: string): boolean => /^([./]|[A-Za-z]:\\|@sitemessage\/)/.test(request);

/** Bundles `entry` in the application's folder into one file. */
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
    // messenger-smtp imports its OAuth 2 code dynamically.
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
      // Unminified code gives readable failures. The rest of `production` stays, since it drops unused
      // modules.
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
