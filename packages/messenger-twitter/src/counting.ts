/// <reference path="./twitter-text.d.ts" />
// A fork of twitter-text that is the same but for its polyfills: those of the original replace built-ins of the whole process.
import extractMentionsWithIndices from '@ambassify/twitter-text/dist/extractMentionsWithIndices.js';
import extractUrlsWithIndices from '@ambassify/twitter-text/dist/extractUrlsWithIndices.js';
import hasInvalidCharacters from '@ambassify/twitter-text/dist/hasInvalidCharacters.js';
import parseTweet from '@ambassify/twitter-text/dist/parseTweet.js';

/** What X takes in one post, as it counts: https://docs.x.com/fundamentals/counting-characters. */
export const longest = 280;

/** As X counts: 23 for a URL, 2 for an emoji or an ideograph, 1 for most other characters. */
export const lengthOf = (text: string): number => parseTweet(text).weightedLength;

/** Whether X takes these characters at all. */
export const isSendable = (text: string): boolean => text.isWellFormed() && !hasInvalidCharacters(text);

/** Where URLs and mentions stand, from the first on, in UTF-16 units. */
export function entitiesOf(text: string): readonly (readonly [start: number, end: number])[] {
  return [...extractUrlsWithIndices(text), ...extractMentionsWithIndices(text)]
    .map(({ indices }) => indices)
    .toSorted(([one], [other]) => one - other);
}
