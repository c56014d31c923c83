import { createHash } from 'node:crypto';
import { storable } from '../text.ts';

/** An entry of an index holds 2,704 bytes, and a key may hold an address of 1,000 characters of four bytes each. */
const longestKey = 1_000;

/** A key as it is stored: long ones by what they hash to. */
export function paceKey(key: string): string {
  const text = storable(key, 'key');
  return Buffer.byteLength(text) <= longestKey ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
