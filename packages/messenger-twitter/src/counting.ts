/// <reference path="./twitter-text.d.ts" />
// A fork of twitter-text without its polyfills, which replace built-ins of the whole process. The rest is the
// same.
import extractMentionsWithIndices from '@ambassify/twitter-text/dist/extractMentionsWithIndices.js';
import hasInvalidCharacters from '@ambassify/twitter-text/dist/hasInvalidCharacters.js';
import parseTweet from '@ambassify/twitter-text/dist/parseTweet.js';
import { type Place, urlsOf } from './urls.ts';

/** The most characters of a post, as X counts them: https://docs.x.com/fundamentals/counting-characters. */
export const longest = 280;

/** The length that X counts for every URL. */
const urlLength = 23;

/**
 * Returns the length as X counts it: 23 for a URL, 2 for an emoji or an ideograph, 1 for most other
 * characters.
 */
export function lengthOf(text: string): number {
  const normal = text.normalize();
  let [length, end] = [0, 0];
  for (const [from, to] of urlsOf(normal)) {
    length += lengthWithoutUrls(normal.slice(end, from)) + urlLength;
    end = to;
  }
  return length + lengthWithoutUrls(normal.slice(end));
}

/** twitter-text searches for URLs around each dot, which is slow. A comma counts the same. */
const lengthWithoutUrls = (text: string): number => parseTweet(text.replaceAll('.', ',')).weightedLength;

/** Tells whether X accepts all the characters of a text. */
export const isSendable = (text: string): boolean => text.isWellFormed() && !hasInvalidCharacters(text);

/** Returns the places of URLs and mentions, in order. */
export function entitiesOf(text: string): readonly Place[] {
  const mentions = extractMentionsWithIndices(text).map(({ indices }) => indices);
  return [...urlsOf(text), ...mentions].toSorted(([one], [other]) => one - other);
}
