import type { StandardSchemaV1 } from '@standard-schema/spec';
import { kindOf } from '../foreign.ts';
import { isHtml } from './html.ts';

/** Returns the checked value, or the end of a sentence that says what is wrong with it. */
type Check = (value: unknown) => { readonly value: string } | { readonly problem: string };

/** Accepts a text with any number of lines, but not an empty one. */
export const text: Check = (value) => {
  if (typeof value !== 'string') return noText(value);
  if (isObjectText(value)) return objectText;
  return value === '' ? empty : { value };
};

/** Refused when it is scheduled. No messenger sends an empty message, so every dispatch would fail. */
const empty = { problem: 'must not be empty' };

const noText = (value: unknown) => ({ problem: `must be a string, not ${kindOf(value)}` });

/** A longer text that contains it may be about it, so only the exact text is refused. */
const isObjectText = (value: string): boolean => value.trim() === '[object Object]';
const objectText = { problem: 'is "[object Object]": an object became a text. Pass the field of it that was meant' };

/** Accepts a text of one line, because it goes into a header. */
export const line: Check = (value) => {
  if (typeof value !== 'string') return noText(value);
  if (isObjectText(value)) return objectText;
  return /[\r\n]/.test(value) ? { problem: 'must be one line, without CR or LF' } : { value };
};

/** Accepts only HTML from the `html` tag or from `raw`: a plain string may hold unescaped text. */
export const markup: Check = (value) => {
  if (!isHtml(value)) return { problem: 'must come from the html`...` tag, or from raw(...) if it is already safe' };
  return value.markup === '' ? empty : { value: value.markup };
};

/** Makes a Standard Schema of required fields. It drops all other fields. */
export function fields<Input extends object>(
  checks: Readonly<Record<keyof Input & string, Check>>,
): StandardSchemaV1<Input, Readonly<Record<keyof Input & string, string>>> {
  return {
    '~standard': {
      version: 1,
      vendor: 'sitemessage',
      validate(given) {
        const value: Record<string, string> = {};
        const issues: StandardSchemaV1.Issue[] = [];
        for (const [field, check] of Object.entries<Check>(checks)) {
          const result = check((given as Record<string, unknown> | null | undefined)?.[field]);
          if ('problem' in result) issues.push({ message: result.problem, path: [field] });
          else value[field] = result.value;
        }
        return issues.length > 0 ? { issues } : { value: value as Readonly<Record<keyof Input & string, string>> };
      },
    },
  };
}
