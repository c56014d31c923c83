import { defineConfig } from 'vitest/config';

/** They share one server, which is started for them. */
const needsPostgres = ['packages/storage-postgres/test/**/*.test.ts', 'examples/order/test/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          testTimeout: 20_000,
          include: [
            'packages/*/test/**/*.test.ts',
            'examples/*/test/**/*.test.ts',
            'test-support/test/**/*.test.ts',
            'scripts/**/*.test.ts',
            'docs/test/**/*.test.ts',
            'docs/examples/**/*.test.ts',
          ],
          exclude: ['**/*.e2e.test.ts', ...needsPostgres],
        },
      },
      {
        test: {
          name: 'postgres',
          testTimeout: 20_000,
          // A file drops the schemas of its tests at its end: 540 of them take some 5 s.
          hookTimeout: 60_000,
          include: needsPostgres,
          exclude: ['**/*.e2e.test.ts'],
          globalSetup: ['test-support/src/servers/postgres-for-tests.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['packages/*/test/**/*.e2e.test.ts', 'examples/*/test/**/*.e2e.test.ts', 'test-support/test/**/*.e2e.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'packages',
          include: ['scripts/packages/**/*.e2e.test.ts'],
          globalSetup: ['scripts/packages/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One of them measures time, and each starts programs as many as there are processors.
          fileParallelism: false,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/sitemessage-core/src/**'],
      reporter: ['text-summary', 'text'],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
