import { createHmac } from 'node:crypto';

/** HMAC-SHA1 over method, URL and parameters: RFC 5849, 3.4. The URL has no query; what stands there is among the parameters. */
export function signatureOf(
  verb: string,
  url: string,
  parameters: readonly (readonly [name: string, value: string])[],
  secrets: readonly [app: string, token: string],
): string {
  const pairs = parameters.map(([name, value]) => [encode(name), encode(value)] as const);
  const sorted = pairs.toSorted(([name, value], [other, its]) => (name === other ? order(value, its) : order(name, other)));
  const base = [verb, url, sorted.map((pair) => pair.join('=')).join('&')].map(encode).join('&');
  return createHmac('sha1', secrets.map(encode).join('&')).update(base).digest('base64');
}

const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** RFC 5849, 3.6. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
