/** Times the transactions of each connection, from `begin` to the end of `commit`. */
export interface Stopwatch {
  /** Starts timing a statement of a connection. Returns the function to call when the statement ends. */
  statement(connection: object, sql: string): () => void;
  /** Returns the longest transaction so far, and its slowest statement. */
  longest(): { readonly ms: number; readonly what: string };
}

/** The shown length of a statement. Some statements differ only after their first 200 characters. */
const longestText = 300;

const isEnd = (sql: string): boolean => /^\s*(commit|rollback)\b/i.test(sql);
const isBegin = (sql: string): boolean => /^\s*begin\b/i.test(sql);

export function createStopwatch(): Stopwatch {
  const open = new Map<object, { readonly start: number; slowest: { ms: number; sql: string } }>();
  let longest = { ms: 0, what: 'nothing' };
  const note = (ms: number, sql: string): void => {
    if (ms > longest.ms) longest = { ms, what: sql.trim().replaceAll(/\s+/g, ' ').slice(0, longestText) };
  };
  return {
    statement(connection, sql) {
      const start = performance.now();
      if (isBegin(sql)) open.set(connection, { start, slowest: { ms: 0, sql } });
      return () => {
        const ms = performance.now() - start;
        const transaction = open.get(connection);
        if (!transaction) return note(ms, sql);
        if (ms > transaction.slowest.ms) transaction.slowest = { ms, sql };
        if (!isEnd(sql)) return;
        open.delete(connection);
        note(performance.now() - transaction.start, `a transaction, mostly: ${transaction.slowest.sql}`);
      };
    },
    longest: () => longest,
  };
}
