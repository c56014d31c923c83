import type { Bounds } from './reader.ts';

/**
 * The messenger reads nothing deeper than `<message><error><item-not-found/></error></message>`. A server repeats the
 * message that it refuses, and this keeps the rest of it out of the memory.
 */
const kept = { keptLevels: 3, keptElements: 1_000 } as const;

/** The bounds before the login, when anybody may be at the other end. Servers send less than 4 KiB then. */
export const boundsOfStrangers: Bounds = { child: 65_536, total: 65_536, levels: 100, ...kept };

/**
 * The bounds after the login. Prosody and ejabberd pass on at most 512 KiB in one stanza, which has 75,000 levels at
 * most. So nobody in a room can end the session.
 */
export const boundsOfServer: Bounds = { child: 1_048_576, levels: 100_000, ...kept };
