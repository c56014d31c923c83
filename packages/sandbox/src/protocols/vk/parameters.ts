import type { HttpRequest } from '../../http/listener.ts';
import { badParameter } from './refusal.ts';

/** Everything is text, as it comes in a form. */
export type Parameters = Readonly<Record<string, string>>;

const forms: readonly unknown[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];
/** What every method takes: https://dev.vk.com/en/api/api-requests. */
const common: readonly string[] = ['v', 'access_token', 'lang', 'device_id', 'test_mode', 'captcha_sid', 'captcha_key', 'success_token'];

/** From the query and from a form. VK reads no other body, JSON neither: it is as if nothing had been given. */
export async function readParameters({ url, headers, body }: HttpRequest): Promise<Parameters> {
  const query = Object.fromEntries(url.searchParams);
  const contentType = headers['content-type'] ?? '';
  if (body.length === 0 || !forms.includes(contentType.split(';')[0]?.trim().toLowerCase())) return query;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const texts = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return { ...query, ...Object.fromEntries(texts) };
}

/** Stricter than VK, which passes over what it does not know: a misspelled parameter would be missed by a test. */
export function checkNames(parameters: Parameters, known: readonly string[]): void {
  const stranger = Object.keys(parameters).find((name) => !known.includes(name) && !common.includes(name));
  if (stranger !== undefined) throw badParameter(`there is no parameter "${stranger}" here`);
}

/** A user is above zero, a community below. */
export function readId(parameters: Parameters, name: string): number | undefined {
  const id = readInteger(parameters, name);
  if (id === 0) throw badParameter(`${name} is 0`);
  return id;
}

export function readInteger(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(Number(value))) throw badParameter(`${name} should be integer`);
  return Number(value);
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
