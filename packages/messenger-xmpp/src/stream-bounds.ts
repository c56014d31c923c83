import type { Bounds } from './reader.ts';

/**
 * `<message><error><item-not-found/></error></message>`, `<iq><bind><jid/></bind></iq>`: nothing deeper is looked at. Servers repeat a message
 * that they refuse, and the rest of it is not kept.
 */
const kept = { keptLevels: 3, keptElements: 1_000 } as const;

/** Of a stream until somebody is logged in over it, when anybody may be at the other end. Servers say less than 4 KiB then. */
export const boundsOfStrangers: Bounds = { child: 65_536, total: 65_536, levels: 100, ...kept };

/**
 * Of a stream that is logged in. Prosody and ejabberd pass on at most 512 KiB in one stanza, which has 75,000 levels at most: somebody in a
 * room must not be able to end the session.
 */
export const boundsOfServer: Bounds = { child: 1_048_576, levels: 100_000, ...kept };
