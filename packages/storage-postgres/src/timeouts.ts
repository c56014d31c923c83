// How long this package waits for what, in milliseconds.

/** The wait for a connection: to the server, or of a pool whose connections are all in use. */
export const connectTimeoutMs = 10_000;

/**
 * The wait for the answer to a statement. Statements take milliseconds, or seconds on an overloaded server.
 * Nothing else notices a connection that drops packets: Linux resends what was not acknowledged for some
 * 15 minutes, and waits without end for the answer to what was acknowledged.
 */
export const statementTimeoutMs = 30_000;

/**
 * The wait for the answer to a statement that reads or changes any number of rows, or waits for one that
 * does. To cancel or requeue a million dispatches took 14 to 21 s on one machine, and takes minutes on a
 * slower one.
 */
export const longStatementTimeoutMs = 600_000;

/**
 * The wait of the server for the next statement of one of our transactions. They follow at once, and a busy
 * process pauses for less. After that the server ends the transaction of a machine that has vanished, and
 * releases its locks.
 */
export const idleInTransactionMs = 5_000;

/** The time without traffic after which TCP probes a connection. The default of most systems is two hours. */
export const keepAliveMs = 60_000;

/** The wait for connections to close after we have ended them. A server that hears of it closes at once. */
export const closeTimeoutMs = 2_000;
