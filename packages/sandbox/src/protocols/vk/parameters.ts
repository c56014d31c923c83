import { formTextsOf, parseJson } from '../../http/body.ts';
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

export function checkCount(parameters: Parameters, name: string, most: number = Number.MAX_SAFE_INTEGER): void {
  const count = readInteger(parameters, name) ?? 0;
  if (count < 0) throw badParameter(`${name} should be positive`);
  if (count > most) throw badParameter(`${name} should be less or equal to ${most}`);
}

/** A latitude or a longitude. */
export function checkDegrees(parameters: Parameters, name: string, most: number): void {
  const value = parameters[name];
  if (value === undefined || value === '') return;
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw badParameter(`${name} should be float`);
  if (Math.abs(Number(value)) > most) throw badParameter(`${name} should be between -${most} and ${most}`);
}

/** Code points. */
export function checkLength(parameters: Parameters, name: string, most: number): void {
  if ([...(parameters[name] ?? '')].length > most) throw badParameter(`${name} is longer than ${most} characters`);
}

export function checkJson(parameters: Parameters, name: string): void {
  const value = parameters[name];
  if (value !== undefined && value !== '' && parseJson(value) === undefined) throw badParameter(`${name} should be valid json`);
}

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
