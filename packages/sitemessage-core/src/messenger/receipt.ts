import { readField } from '../foreign.ts';
import { longestAddress } from './address.ts';
import type { Receipt } from './messenger.ts';
import { askedWait } from './retry.ts';

const longestProviderId = 500;

/**
 * What a messenger gave when it had sent. Nothing in it may turn what was sent into an error, and so into a repeat: a number becomes a
 * text, and what cannot be read is left out.
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
