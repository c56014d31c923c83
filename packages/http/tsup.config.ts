import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/domain.ts', 'src/plain-text.ts', 'src/tunnel.ts'],
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
});
