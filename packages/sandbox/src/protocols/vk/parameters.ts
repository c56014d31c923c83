import { formTextsOf } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import * as http from '../../http/parameters.ts';
import { badParameter } from './refusal.ts';

/** Everything is text, as it comes in a form. */
export type Parameters = Readonly<Record<string, string>>;

/** What every method takes: https://dev.vk.com/en/api/api-requests. */
const common: readonly string[] = ['v', 'access_token', 'lang', 'device_id', 'test_mode', 'captcha_sid', 'captcha_key', 'success_token'];

/** From the query and from a form. VK reads no other body, JSON neither: it is as if nothing had been given. */
export const readParameters = async (request: HttpRequest): Promise<Parameters> => ({
  ...Object.fromEntries(request.url.searchParams),
  ...(await formTextsOf(request)),
});

export const checkNames = (parameters: Parameters, known: readonly string[]): void =>
  http.checkNames(parameters, [...known, ...common], badParameter);

/** A user is above zero, a community below. */
export function readId(parameters: Parameters, name: string): number | undefined {
  const id = readInteger(parameters, name);
  if (id === 0) throw badParameter(`${name} is 0`);
  return id;
}

export const readInteger = (parameters: Parameters, name: string): number | undefined =>
  http.readInteger(parameters, name, () => badParameter(`${name} should be integer`));

/** `1` or `0`; VK knows no `true`. */
export function readFlag(parameters: Parameters, name: string): boolean {
  const value = parameters[name] ?? '0';
  if (value !== '0' && value !== '1') throw badParameter(`${name} should be 0 or 1`);
  return value === '1';
}

/** The parts of a list. */
export const readList = (parameters: Parameters, name: string): readonly string[] =>
  (parameters[name] ?? '').split(',').filter((part) => part !== '');

export const isMedia = (part: string): boolean => /^[a-z]+-?\d+_\d+(_\w+)?$/.test(part);
