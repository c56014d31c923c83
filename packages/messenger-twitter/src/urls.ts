/// <reference path="./twitter-text.d.ts" />
import idna from '@ambassify/twitter-text/dist/lib/idna.js';
import precedingNoBareDomain from '@ambassify/twitter-text/dist/regexp/invalidUrlWithoutProtocolPrecedingChars.js';
import asciiDomain from '@ambassify/twitter-text/dist/regexp/validAsciiDomain.js';
import countryDomain from '@ambassify/twitter-text/dist/regexp/validCCTLD.js';
import domainCharacter from '@ambassify/twitter-text/dist/regexp/validDomainChars.js';
import genericDomain from '@ambassify/twitter-text/dist/regexp/validGTLD.js';
import punycode from '@ambassify/twitter-text/dist/regexp/validPunycode.js';
import shortUrl from '@ambassify/twitter-text/dist/regexp/validTcoUrl.js';
import path from '@ambassify/twitter-text/dist/regexp/validUrlPath.js';
import preceding from '@ambassify/twitter-text/dist/regexp/validUrlPrecedingChars.js';
import queryCharacter from '@ambassify/twitter-text/dist/regexp/validUrlQueryChars.js';
import queryEnd from '@ambassify/twitter-text/dist/regexp/validUrlQueryEndingChars.js';

/** A place in a text, in UTF-16 units. */
export type Place = readonly [start: number, end: number];

/** The longest label of a domain, in characters: RFC 1035, 2.3.4. */
const longestLabel = 63;
/**
 * The most labels of a domain. Each label costs time at every place where a URL may begin. Real URLs have
 * fewer.
 */
const mostLabels = 10;
const longestUrl = 4_096;
const longestShortUrl = 40;

const character = domainCharacter.source;
const label = (middle: string): string => `(?:(?:${character}(?:${middle}|${character}){0,${longestLabel - 2}})?${character}\\.)`;
const ends = [genericDomain, countryDomain, punycode].map(({ source }) => source).join('|');
const domain = `(?:${label('[_-]')}{0,${mostLabels - 2}}${label('-')}(?:${ends}))`;
const query = `\\?${queryCharacter.source}*${queryEnd.source}`;
const url = new RegExp(`(${preceding.source})((https?:\\/\\/)?(${domain})(?::\\d+)?(\\/${path.source}*)?(?:${query})?)`, 'gi');

/**
 * Finds URLs by the grammar of twitter-text, with bounds for domains. Without the bounds, a text of 64,000
 * characters and no space takes seconds.
 */
export function urlsOf(text: string): readonly Place[] {
  return Array.from(text.matchAll(url), placesOf).flat();
}

function placesOf({
  0: whole,
  1: before = '',
  2: found = '',
  3: protocol,
  4: domain = '',
  5: path,
  index,
}: RegExpExecArray): readonly Place[] {
  const encoded = idna.toAscii(domain);
  if (!encoded || (protocol ?? 'https://').length + found.length + encoded.length - domain.length > longestUrl) return [];
  const [start, end] = [index + before.length, index + whole.length];
  if (protocol === undefined)
    return precedingNoBareDomain.test(before) ? [] : bareUrls(domain, start, path === undefined ? undefined : end);
  const [short, slug] = shortUrl.exec(found) ?? [];
  if (slug !== undefined && slug.length > longestShortUrl) return [];
  return [[start, short === undefined ? end : start + short.length]];
}

/** Without a protocol, only the ASCII parts of a domain are URLs. The last of them has the path. */
function bareUrls(domain: string, start: number, end: number | undefined): readonly Place[] {
  const places = Array.from(domain.matchAll(asciiDomain), ({ 0: { length }, index }): Place => [start + index, start + index + length]);
  const last = places.at(-1);
  return last && end !== undefined ? [...places.slice(0, -1), [last[0], end]] : places;
}
