import { createHash } from 'node:crypto';

/**
 * The `random_id` of a dispatch, the same for every attempt: VK drops a second message with the same one. It follows from the dispatch alone,
 * since that is one message for one recipient. VK's pages say that it keeps one recipient from getting a message twice
 * (https://dev.vk.com/api/bots/development/messages: int32), and an older one that it belongs to the app and the sender.
 *
 * 32 bits are few: two dispatches have the same one by chance once in four billion pairs. Then the later is dropped as a repeat, and counts as sent.
 */
export const randomIdOf = (dispatchId: string): number => int32Of(createHash('sha256').update(dispatchId).digest());

/** The first 32 bits, and never 0, which would switch the check off. */
export const int32Of = (hash: Buffer): number => hash.readInt32BE() || 1;

/** The `guid` of a post, by which VK drops a repeat: a text, so that the whole id fits. */
export const guidOf = (dispatchId: string): string => dispatchId;
