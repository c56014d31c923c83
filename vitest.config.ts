import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that share one PostgreSQL, which the project's setup starts. */
const needsPostgres = ['packages/storage-postgres/test/**/*.test.ts', 'examples/order/test/**/*.test.ts'];

/**
 * Tests that change their process for the tests after them: they replace a module, or load a library that
 * replaces a global, as `@hono/node-server` replaces `Response`.
 */
const needsIsolation = ['examples/web/test/**/*.test.ts', 'packages/sitemessage-core/test/links/links.test.ts'];

/**
 * Tests wait for networks and child processes a third of their time, so each core gets more than one worker.
 */
const maxWorkers = Math.ceil(availableParallelism() * 1.5);

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
          exclude: ['**/*.e2e.test.ts', ...needsPostgres, ...needsIsolation],
          // Test files share a process and its modules. That takes 40 % less CPU time than a process for each
          // file.
          isolate: false,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'isolated',
          testTimeout: 20_000,
          include: needsIsolation,
          exclude: ['**/*.e2e.test.ts'],
          maxWorkers,
        },
      },
      {
        test: {
          name: 'postgres',
          testTimeout: 20_000,
          include: needsPostgres,
          exclude: ['**/*.e2e.test.ts'],
          globalSetup: ['test-support/src/servers/postgres-for-tests.ts'],
          isolate: false,
          maxWorkers,
        },
      },
      {
        test: {
          name: 'e2e',
          include: [
            'packages/*/test/**/*.e2e.test.ts',
            'examples/*/test/**/*.e2e.test.ts',
            'test-support/test/**/*.e2e.test.ts',
            'scripts/{linear-time,release}/**/*.e2e.test.ts',
          ],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'packages',
          include: ['scripts/packages/**/*.e2e.test.ts'],
          globalSetup: ['scripts/packages/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // One of these files measures time, and each starts as many programs as there are cores.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
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
