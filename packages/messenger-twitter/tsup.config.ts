import { createRequire } from 'node:module';
import { defineConfig } from 'tsup';

const library = '@ambassify/twitter-text';
const fromLibrary = createRequire(createRequire(import.meta.url).resolve(library));

export default defineConfig({
  entry: ['src/index.ts'],
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
  // Installed, it brings 17 MB of polyfills and an install script that pnpm stops at; of what is needed here it is 100 kB.
  noExternal: [library],
  esbuildOptions(options) {
    // The package, not the built-in of that name, which warns of its own end.
    options.alias = { punycode: fromLibrary.resolve('punycode/') };
  },
  banner: { js: '/* With twitter-text, Copyright 2018 Twitter, Inc., Apache-2.0, and what it needs: see NOTICE. */' },
});
