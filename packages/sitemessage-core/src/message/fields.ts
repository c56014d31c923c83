import type { StandardSchemaV1 } from '@standard-schema/spec';
import { kindOf } from '../foreign.ts';
import { isHtml } from './html.ts';

type Check = (value: unknown) => { readonly value: string } | { readonly problem: string };

/** A text of any number of lines. */
export const text: Check = (value) => {
  if (typeof value !== 'string') return noText(value);
  if (isObjectText(value)) return objectText;
  return value === '' ? empty : { value };
};

/** Refused when it is scheduled: no messenger sends nothing, and every dispatch would fail. */
const empty = { problem: 'must not be empty' };

const noText = (value: unknown) => ({ problem: `must be a string, not ${kindOf(value)}` });

/** A text with more around it may be about such a text. */
const isObjectText = (value: string): boolean => value.trim() === '[object Object]';
const objectText = { problem: 'is "[object Object]": an object became a text. Pass the field of it that was meant' };

/** A text of one line: what ends up in a header. */
export const line: Check = (value) => {
  if (typeof value !== 'string') return noText(value);
  if (isObjectText(value)) return objectText;
  return /[\r\n]/.test(value) ? { problem: 'must be one line, without CR or LF' } : { value };
};

/** What the `html` tag makes: a plain string might hold anything. */
export const markup: Check = (value) => {
  if (!isHtml(value)) return { problem: 'must come from the html`...` tag, or from raw(...) when it is safe already' };
  return value.markup === '' ? empty : { value: value.markup };
};

/** A Standard Schema of these fields, all of them required; others are dropped. The built-in types need no more than that. */
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
