import type { HttpRequest } from '../../http/listener.ts';
import { badParameter } from './refusal.ts';

/** Everything is text, as it comes in a form; what is no text in JSON is JSON. */
export type Parameters = Readonly<Record<string, string>>;

const forms: readonly unknown[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];
/** What every call takes: https://developers.facebook.com/docs/graph-api/overview. */
const common: readonly string[] = ['access_token', 'appsecret_proof', 'appsecret_time', 'format', 'locale', 'pretty'];

/** From the query and from the body: JSON, urlencoded or multipart. Throws a Refusal for a body of which nothing can be made. */
export async function readParameters({ url, headers, body }: HttpRequest): Promise<Parameters> {
  const query = Object.fromEntries(url.searchParams);
  if (body.length === 0) return query;
  const contentType = headers['content-type'] ?? '';
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return { ...query, ...fromJson(body.toString()) };
  // Stricter than Facebook, which passes over what it does not know.
  if (!forms.includes(type)) throw badParameter(`the content type "${type}" is not read`);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const texts = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return { ...query, ...Object.fromEntries(texts) };
}

function fromJson(text: string): Parameters {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badParameter('the body is no JSON object');
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]));
}

/** Undefined for what is no JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Stricter than Facebook, which passes over what it does not know: a misspelled parameter would be missed by a test. */
export function checkNames(parameters: Parameters, known: readonly string[]): void {
  const stranger = Object.keys(parameters).find((name) => !known.includes(name) && !common.includes(name));
  if (stranger !== undefined) throw badParameter(`there is no parameter "${stranger}" here`);
}

export function readFlag(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!['true', 'false', '1', '0'].includes(value)) throw badParameter(`Param ${name} must be a boolean`);
  return value === 'true' || value === '1';
}

export function readInteger(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw badParameter(`Param ${name} must be an integer`);
  return Number(value);
}
