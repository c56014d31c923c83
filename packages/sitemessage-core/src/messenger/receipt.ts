import { readField } from '../foreign.ts';
import { longestAddress } from './address.ts';
import type { Receipt } from './messenger.ts';
import { askedWait } from './retry.ts';

/** The most characters of a provider's id that are kept. */
const longestProviderId = 500;

/**
 * Reads the receipt that a messenger returned. Never throws: an odd receipt must not turn a sent message
 * into an error, and so into a repeat. A number becomes a text. A field that cannot be read is left out.
 */
export function readReceipt(given: unknown): Receipt {
  const providerId = asText(readField(given, 'providerId'), longestProviderId);
  const movedTo = asText(readField(given, 'movedTo'), longestAddress);
  const pauseMs = askedWait(readField(given, 'pauseMs'));
  return {
    ...(providerId !== undefined && { providerId }),
    ...(movedTo !== undefined && { movedTo }),
    ...(pauseMs !== undefined && { pauseMs }),
  };
}

function asText(value: unknown, longest: number): string | undefined {
  if (!['string', 'number', 'bigint', 'boolean'].includes(typeof value)) return undefined;
  return String(value).slice(0, longest).replaceAll('\0', '').toWellFormed();
}
