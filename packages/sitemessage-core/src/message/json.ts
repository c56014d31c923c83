import { ArgumentError } from '../errors.ts';

/**
 * Returns the JSON text of a context. `JSON.stringify` alone would turn a date into a string and NaN into
 * null, and drop a function. The recipient would be the first to notice.
 *
 * @throws ArgumentError `argument_invalid` that names the first value that JSON cannot carry.
 */
export function toJson(value: unknown): string {
  refuse(value, 'context', []);
  return JSON.stringify(value);
}

/** The most levels of nesting. Other programs that read the storage fail on deeper JSON. */
const deepest = 500;

function refuse(value: unknown, path: string, parents: readonly unknown[]): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value)) return;
      throw unfit(path, String(value), 'a finite number or null');
    case 'object':
      if (value === null) return;
      break;
    default:
      throw unfit(path, typeof value, 'a string, a number or a boolean');
  }
  if (parents.length === deepest) {
    throw new ArgumentError(
      `\`context\` is nested more than ${deepest} levels deep. Some programs cannot read that back. Make it flatter.`,
      {
        field: 'context',
      },
    );
  }
  if (parents.includes(value)) throw unfit(path, 'a part of itself', 'a copy of what is needed');
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) refuse(item, `${path}[${index}]`, inside);
    return;
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    const name = (value as object).constructor?.name;
    throw unfit(path, name ? `a ${name}` : 'an instance of a class', instead[name ?? ''] ?? 'a plain object');
  }
  for (const [key, item] of Object.entries(value as object)) {
    if (item !== undefined) refuse(item, `${path}.${key}`, inside);
  }
}

/** Advice by the class of a value that cannot be stored. */
const instead: Readonly<Record<string, string>> = {
  Date: 'a string or a number, such as date.toISOString()',
  Promise: 'what it resolves to: await it first',
  Buffer: "a string, such as buffer.toString('base64')",
};

function unfit(path: string, found: string, wanted: string): ArgumentError {
  return new ArgumentError(`\`${path}\` is ${found}, which cannot be stored as JSON. Pass ${wanted}.`, { field: path });
}
