/**
 * The entry `@sitemessage/http/domain`: the domain of an address, such as `example.com` of
 * `ann@example.com`.
 */
import { isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * Letters with their marks, digits, hyphens, dots, and the characters that RFC 5892, A allows beside
 * letters.
 */
const written = /^[\p{L}\p{M}\p{Nd}\p{Join_Control}\u00b7\u0375\u05f3\u05f4\u0f0b\u3007\u30fb.\u3002\uff0e\uff61-]+$/u;
const lookedUp = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** More characters than the longest domain has in any spelling. */
const longest = 1_023;

/**
 * Returns a domain as it is looked up, in lower case: `xn--bcher-kva.example` for `Bücher.example`. Returns
 * undefined for a text that is not a domain.
 *
 * Node's `domainToASCII` alone reads a text as a URL does: it stops at `/`, `?`, `#` and `\`, decodes
 * `%2e`, and takes `0x7f.1` for 127.0.0.1. Mail would go to another domain than the text names.
 */
export function readDomain(text: string): string | undefined {
  if (text.length > longest || !written.test(text)) return undefined;
  const domain = domainToASCII(text);
  if (isIPv4(domain) && domain !== text) return undefined;
  return lookedUp.test(domain) ? domain : undefined;
}
