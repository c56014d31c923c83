import { parseJson } from './json.ts';

/**
 * The JSON of a reply when it is an object, or a list (whose names are numbers). Undefined for any other JSON, for JSON that is nested more than
 * 100 levels deep, and for a text that is no JSON.
 */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parseJson(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
