import { isObject } from '../../http/parameters.ts';
import { invalid } from './refusal.ts';

/** Returns the requirement that a value does not meet. Undefined when it meets all. */
type Check = (value: unknown) => string | undefined;

/** The fields that an object can have, with their checks. */
export type Fields = Readonly<Record<string, Check>>;

const check =
  (must: string, fits: (value: unknown) => boolean): Check =>
  (value) =>
    fits(value) ? undefined : must;

/** Checks an id by the pattern of X's specification, which is the same for posts, users and media. */
export const id: Check = check('must be an id', (value) => typeof value === 'string' && /^[0-9]{1,19}$/.test(value));
export const text: Check = check(
  'must be a text',
  (value) => typeof value === 'string' && value.isWellFormed() && !/[\ufffe\uffff\ufeff]/.test(value),
);
export const flag: Check = check('must be true or false', (value) => typeof value === 'boolean');

export const integer = (least: number, most: number): Check =>
  check(
    `must be an integer from ${least} to ${most}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );

export const oneOf = (...choices: readonly string[]): Check =>
  check(`must be one of ${choices.join(', ')}`, (value) => choices.includes(value as string));

export function list(one: Check, least: number, most: number): Check {
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return `must be a list of ${least} to ${most}`;
    const problem = value.map(one).find((found) => found !== undefined);
    return problem && `has one that ${problem}`;
  };
}

/** Checks an object. It can have these fields, and must have the `required` ones. */
export function object(fields: Fields, required: readonly string[] = []): Check {
  return (value) => {
    if (!isObject(value)) return 'must be an object';
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
    if (unknown !== undefined) return `[${unknown}] is not a valid field.`;
    const missing = required.find((name) => value[name] === undefined);
    if (missing !== undefined) return `${missing}: is missing`;
    for (const [name, one] of Object.entries(value)) {
      const problem = fields[name]?.(one);
      if (problem !== undefined) return `${name}: ${problem}`;
    }
    return undefined;
  };
}

/**
 * Checks an object. X refuses unknown fields too: its specification has `additionalProperties: false`.
 *
 * @throws Refusal for an unknown field or a wrong value.
 */
export function checkFields(given: unknown, fields: Fields): void {
  const problem = object(fields)(given);
  if (problem !== undefined) throw invalid(problem);
}
