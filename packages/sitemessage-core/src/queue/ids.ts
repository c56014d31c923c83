import { hash } from 'node:crypto';

/** 48 bits of a version 7 UUID are its time, in the first 13 characters: `018f3c1e-7b2a`. */
const timeLength = 13;

/**
 * The id of a dispatch follows from what it is: however often one message is scheduled or expanded for one recipient, there is
 * one dispatch. It begins as the message's id does, so that rows of one message lie together in an index. Without a key that is the
 * message's time, and older ones go first.
 */
export function dispatchId(messageId: string, messenger: string, address: string): string {
  return `${messageId.slice(0, timeLength)}${uuidOf(`${messageId}\n${messenger}\n${address}`).slice(timeLength)}`;
}

/** The id of the message that was scheduled under an idempotency key, the `index`th of its call. It holds no time: the key alone makes it. */
export function keyedMessageId(key: string, index: number): string {
  return uuidOf(`${index}\n${key}`);
}

/** RFC 9562, 5.8: a UUID of our own making, here the first 122 bits of a SHA-256. */
function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
