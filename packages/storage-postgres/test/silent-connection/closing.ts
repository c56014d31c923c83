import { on } from 'node:events';
import { postgresStorage } from '../../src/index.ts';

/** The report of this program after it has closed its storage. */
export interface Closed {
  readonly ms: number;
  readonly answers: readonly string[];
}

/**
 * Opens connections, runs statements on some of them when the test asks for it, closes, and lets Node end
 * the process.
 */
const [connectionString, schema, asks] = process.argv.slice(2) as [string, string, 'yes' | 'no'];
const commands = on(process, 'message');
const storage = postgresStorage({ connectionString, schema, listenConnectionString: connectionString });
await storage.migrate();
const listening = Promise.withResolvers<void>();
storage.watch({ wake: listening.resolve, failed: listening.reject, recovered: () => undefined });
await listening.promise;
await Promise.all([storage.clock(), storage.clock(), storage.clock()]);

process.send?.('ready');
await commands.next();
const answerOf = (work: Promise<unknown>): Promise<string> => work.then(String, ({ code }) => String(code));
// Two of the three connections have a statement. The third one is idle.
const asked = asks === 'yes' ? [storage.clock(), storage.queue.counts()].map(answerOf) : [];
await commands.next();
const start = performance.now();
await storage.close();
const closed: Closed = { ms: performance.now() - start, answers: await Promise.all(asked) };
process.send?.(closed);
process.disconnect();
