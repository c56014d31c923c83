/** How long is waited for what, in milliseconds. */

/** For a connection: to the server, or of a pool whose connections are all in use. */
export const connectionMs = 10_000;

/**
 * For the answer to a statement. Nothing else notices a line that swallows packets: Linux sends what nobody acknowledges again for some
 * 15 minutes, and waits for ever for the answer to what was acknowledged. Statements take milliseconds, and seconds on a server that has too much to do.
 */
export const answerMs = 30_000;

/**
 * For the answer to what goes through as many rows as there are, or waits for somebody who does: to cancel or requeue a million
 * dispatches took 14 to 21 s on one machine, and takes minutes on a slower one.
 */
export const longAnswerMs = 600_000;

/**
 * For the next statement of a transaction of ours: they follow at once, and the server ends the transaction of a machine that has vanished,
 * with the locks that others wait for. More than a busy process pauses for.
 */
export const nextStatementMs = 5_000;

/** A line that nobody says anything on is asked after this time whether it is there. By default, systems ask after two hours. */
export const quietMs = 60_000;

/** For the end of connections that were told to end: a server that hears of it hangs up at once. */
export const goodbyeMs = 2_000;
