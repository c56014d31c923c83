import { invalid } from './refusal.ts';

/** Returns what a value must be, when it is something else. */
type Check = (value: unknown) => string | undefined;

/** The fields that an object may have. */
export type Fields = Readonly<Record<string, Check>>;

const check =
  (must: string, fits: (value: unknown) => boolean): Check =>
  (value) =>
    fits(value) ? undefined : must;

/** By the pattern of ids in X's specification, which is the same for posts, users and media. */
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

/** With these fields, of which some must be there. */
export function object(fields: Fields, required: readonly string[] = []): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
    const given = value as Readonly<Record<string, unknown>>;
    const stranger = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
    if (stranger !== undefined) return `[${stranger}] is not a valid field.`;
    const missing = required.find((name) => given[name] === undefined);
    if (missing !== undefined) return `${missing}: is missing`;
    for (const [name, one] of Object.entries(given)) {
      const problem = fields[name]?.(one);
      if (problem !== undefined) return `${name}: ${problem}`;
    }
    return undefined;
  };
}

/** Throws a Refusal for what X does not know, or what is of another type: it is as strict (`additionalProperties: false` in its specification). */
export function checkFields(given: unknown, fields: Fields): void {
  const problem = object(fields)(given);
  if (problem !== undefined) throw invalid(problem);
}
