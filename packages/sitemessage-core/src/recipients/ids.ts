import { hash } from 'node:crypto';

/** 48 bits of a version 7 UUID are its time, in the first 13 characters: `018f3c1e-7b2a`. */
const timeLength = 13;

/**
 * The id of a dispatch follows from what it is: however often one message is scheduled or expanded for one recipient, there is
 * one dispatch. It begins as the message's id does, so that rows of one message lie together in an index. Without a key that is the
 * message's time, and older ones go first. Then comes the recipient's place: see {@link placeOf}.
 */
export function dispatchId(messageId: string, messenger: string, address: string): string {
  return idAt(messageId, placeOf(messenger, address), `${messenger}\n${address}`);
}

/** The id of a row that stands for a page of recipients, of whom the first has this place; `which` tells it from the others of its message. */
export function fanOutId(messageId: string, place: number, which: number | string): string {
  return idAt(messageId, place, `*\n${which}`);
}

/** The id of the message that was scheduled under an idempotency key, the `index`th of its call. It holds no time: the key alone makes it. */
export function keyedMessageId(key: string, index: number): string {
  return uuidOf(`${index}\n${key}`);
}

/** There are so many places. */
export const places = 4_096;

/**
 * Where a recipient's dispatch stands among those of its message, be it for the millionth time: 12 bits of a hash (FNV-1a,
 * https://datatracker.ietf.org/doc/html/draft-eastlake-fnv). Known before there is an id, so that a long list can be put in the order of its ids.
 */
export function placeOf(messenger: string, address: string): number {
  const text = `${messenger}\n${address}`;
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return (sum ^ (sum >>> 16)) & (places - 1);
}

/** The time of the message, 12 bits of place, 60 bits of hash. */
function idAt(messageId: string, place: number, what: string): string {
  const hex = hash('sha256', `${messageId}\n${what}`, 'hex');
  return `${messageId.slice(0, timeLength)}-8${place.toString(16).padStart(3, '0')}-8${hex.slice(0, 3)}-${hex.slice(3, 15)}`;
}

/** RFC 9562, 5.8: a UUID of our own making, here the first 122 bits of a SHA-256. */
export function uuidOf(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
