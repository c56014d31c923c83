/// <reference path="./twitter-text.d.ts" />
// A fork of twitter-text that is the same but for its polyfills: those of the original replace built-ins of the whole process.
import extractMentionsWithIndices from '@ambassify/twitter-text/dist/extractMentionsWithIndices.js';
import hasInvalidCharacters from '@ambassify/twitter-text/dist/hasInvalidCharacters.js';
import parseTweet from '@ambassify/twitter-text/dist/parseTweet.js';
import { type Place, urlsOf } from './urls.ts';

/** What X takes in one post, as it counts: https://docs.x.com/fundamentals/counting-characters. */
export const longest = 280;

/** Of a URL, however long it is. */
const urlLength = 23;

/** As X counts: 23 for a URL, 2 for an emoji or an ideograph, 1 for most other characters. */
export function lengthOf(text: string): number {
  const normal = text.normalize();
  let [length, end] = [0, 0];
  for (const [from, to] of urlsOf(normal)) {
    length += lengthWithoutUrls(normal.slice(end, from)) + urlLength;
    end = to;
  }
  return length + lengthWithoutUrls(normal.slice(end));
}

/** twitter-text looks for URLs where there is a dot, and takes long for it. A comma counts the same. */
const lengthWithoutUrls = (text: string): number => parseTweet(text.replaceAll('.', ',')).weightedLength;

/** Whether X takes these characters at all. */
export const isSendable = (text: string): boolean => text.isWellFormed() && !hasInvalidCharacters(text);

/** Where URLs and mentions stand, from the first on. */
export function entitiesOf(text: string): readonly Place[] {
  const mentions = extractMentionsWithIndices(text).map(({ indices }) => indices);
  return [...urlsOf(text), ...mentions].toSorted(([one], [other]) => one - other);
}
