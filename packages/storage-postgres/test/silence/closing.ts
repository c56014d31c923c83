import { on } from 'node:events';
import { postgresStorage } from '../../src/index.ts';

/** What closing came to, as the process tells it. */
export interface Closed {
  readonly ms: number;
  readonly answers: readonly string[];
}

/** Opens lines, asks something on some of them when it is told that they are silent, closes, and leaves it to Node to end the process. */
const [connectionString, schema, asks] = process.argv.slice(2) as [string, string, 'yes' | 'no'];
const orders = on(process, 'message');
const storage = postgresStorage({ connectionString, schema, listenConnectionString: connectionString });
await storage.migrate();
const listening = Promise.withResolvers<void>();
storage.watch({ wake: listening.resolve, failed: listening.reject, recovered: () => undefined });
await listening.promise;
await Promise.all([storage.clock(), storage.clock(), storage.clock()]);

process.send?.('ready');
await orders.next();
const answerOf = (work: Promise<unknown>): Promise<string> => work.then(String, ({ code }) => String(code));
// Two of three lines: the third one is idle.
const asked = asks === 'yes' ? [storage.clock(), storage.queue.counts()].map(answerOf) : [];
await orders.next();
const start = performance.now();
await storage.close();
const closed: Closed = { ms: performance.now() - start, answers: await Promise.all(asked) };
process.send?.(closed);
process.disconnect();
