import { ArgumentError } from '../errors.ts';
/**
 * The JSON text of a context, or an `ArgumentError` that names the first part that JSON cannot carry. `JSON.stringify` alone would turn
 * a date into a string, NaN into null and a function into nothing, and the recipient would be the first to notice.
 */
export function toJson(value: unknown): string {
  refuse(value, 'context', []);
  return JSON.stringify(value);
}

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
    throw new ArgumentError(`\`context\` is nested more than ${deepest} deep, and not every program can read that back. Make it flatter.`, {
      field: 'context',
    });
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

/** By the class of the value that cannot be stored. */
const instead: Readonly<Record<string, string>> = {
  Date: 'a string or a number, such as date.toISOString()',
  Promise: 'what it resolves to: await it first',
  Buffer: "a string, such as buffer.toString('base64')",
};

function unfit(path: string, found: string, wanted: string): ArgumentError {
  return new ArgumentError(`\`${path}\` is ${found}, which cannot be stored as JSON. Pass ${wanted}.`, { field: path });
}
