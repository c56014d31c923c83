import type { Preference, Preferences } from '@sitemessage/core';
import type { FormChoice } from './pages/page.ts';

/** Returns the boxes of a form, one for each pair that may be chosen. */
export function choicesOf({ types }: Preferences): readonly FormChoice[] {
  return types.flatMap(({ alias: type, choices }) =>
    choices
      .filter(({ isAllowed }) => isAllowed)
      .map(({ messenger, isSubscribed }) => ({
        type,
        messenger,
        value: `${encodeURIComponent(type)}/${encodeURIComponent(messenger)}`,
        isSubscribed,
      })),
  );
}

/**
 * Reads the boxes that a form has posted. Returns undefined when a pair of it may not be chosen (any more).
 */
export function chosenIn(form: FormData, choices: readonly FormChoice[]): readonly Preference[] | undefined {
  const wanted = new Set(form.getAll('wanted'));
  const shown = new Set(form.getAll('shown'));
  const chosen = choices.filter(({ value }) => shown.has(value));
  if (chosen.length < shown.size || [...wanted].some((value) => !shown.has(value))) return undefined;
  return chosen.map(({ type, messenger, value }) => ({ type, messenger, isSubscribed: wanted.has(value) }));
}
