import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    links: 'src/links/index.ts',
    memory: 'src/memory/index.ts',
    storage: 'src/storage/index.ts',
    testing: 'src/testing/index.ts',
  },
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
});
