import type { HttpRequest } from '../../http/listener.ts';
import * as http from '../../http/parameters.ts';
import { badParameter } from './refusal.ts';

/** Parameters as text, as a form has them. */
export type Parameters = Readonly<Record<string, string>>;

/** The parameters of every method: https://dev.vk.com/en/api/api-requests. */
const common: readonly string[] = ['v', 'access_token', 'lang', 'device_id', 'test_mode', 'captcha_sid', 'captcha_key', 'success_token'];

/** Returns the parameters of the query and of a form. Like VK, it ignores every other body, JSON too. */
export const readParameters = async (request: HttpRequest): Promise<Parameters> => ({
  ...Object.fromEntries(request.url.searchParams),
  ...(await http.formTextsOf(request)),
});

/** @throws Refusal for a parameter that is not in `known` and not common to all methods. */
export const checkNames = (parameters: Parameters, known: readonly string[]): void =>
  http.checkNames(parameters, [...known, ...common], badParameter);

/**
 * Returns an id: positive for a user, negative for a community.
 *
 * @throws Refusal for 0 and for a value that is no integer.
 */
export function readId(parameters: Parameters, name: string): number | undefined {
  const id = readInteger(parameters, name);
  if (id === 0) throw badParameter(`${name} is 0`);
  return id;
}

/** @throws Refusal for a value that is no integer. */
export const readInteger = (parameters: Parameters, name: string): number | undefined =>
  http.readInteger(parameters, name, () => badParameter(`${name} should be integer`));

/** @throws Refusal for a value that is no integer from 0 to `most`. */
export function checkCount(parameters: Parameters, name: string, most: number = Number.MAX_SAFE_INTEGER): void {
  const count = readInteger(parameters, name) ?? 0;
  if (count < 0) throw badParameter(`${name} should be positive`);
  if (count > most) throw badParameter(`${name} should be less or equal to ${most}`);
}

/** @throws Refusal for a value that is no number from -`most` to `most`. */
export function checkDegrees(parameters: Parameters, name: string, most: number): void {
  const value = parameters[name];
  if (value === undefined || value === '') return;
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw badParameter(`${name} should be float`);
  if (Math.abs(Number(value)) > most) throw badParameter(`${name} should be between -${most} and ${most}`);
}

/** @throws Refusal for a text of more than `most` code points. */
export function checkLength(parameters: Parameters, name: string, most: number): void {
  if ([...(parameters[name] ?? '')].length > most) throw badParameter(`${name} is longer than ${most} characters`);
}

/** @throws Refusal for a text that is not JSON. */
export function checkJson(parameters: Parameters, name: string): void {
  const value = parameters[name];
  if (value !== undefined && value !== '' && http.parseJson(value) === undefined) throw badParameter(`${name} should be valid json`);
}

/** @throws Refusal for a value other than 1 and 0. VK does not know `true`. */
export function readFlag(parameters: Parameters, name: string): boolean {
  const value = parameters[name] ?? '0';
  if (value !== '0' && value !== '1') throw badParameter(`${name} should be 0 or 1`);
  return value === '1';
}

/** Returns the parts of a list with commas. */
export const readList = (parameters: Parameters, name: string): readonly string[] =>
  (parameters[name] ?? '').split(',').filter((part) => part !== '');

/** Returns true for an attachment such as `photo100172_166443618`. */
export const isMedia = (part: string): boolean => /^[a-z]+-?\d+_\d+(_\w+)?$/.test(part);
