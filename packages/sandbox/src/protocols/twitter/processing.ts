import { inspect } from 'node:util';
import type { TwitterProcessing } from './media.ts';

const usual: Required<TwitterProcessing> = { polls: 1, checkAfterSecs: 1, state: 'succeeded' };

/** @throws TypeError that names what X would not say. */
export function readProcessing(given: TwitterProcessing): Required<TwitterProcessing> {
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(usual, name));
  if (stranger !== undefined) throw wrong(stranger, 'left out', given[stranger as keyof TwitterProcessing]);
  const processing = { ...usual, ...given };
  const { polls, checkAfterSecs, state } = processing;
  for (const [name, count] of Object.entries({ polls, checkAfterSecs })) {
    if (!Number.isInteger(count) || count < 0) throw wrong(name, 'an integer of at least 0', count);
  }
  if (state !== 'succeeded' && state !== 'failed') throw wrong('state', "'succeeded' or 'failed'", state);
  return processing;
}

const wrong = (name: string, what: string, value: unknown): TypeError =>
  new TypeError(`\`${name}\` of the processing is ${inspect(value)}; it must be ${what}.`);
