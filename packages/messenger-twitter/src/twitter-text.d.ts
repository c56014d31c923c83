/**
 * The parts of twitter-text that this package uses: https://github.com/twitter/twitter-text/tree/master/js.
 * `@types/twitter-text` declares another module name.
 */
declare module '@ambassify/twitter-text/dist/parseTweet.js' {
  export default function parseTweet(text: string): { readonly weightedLength: number };
}

declare module '@ambassify/twitter-text/dist/hasInvalidCharacters.js' {
  export default function hasInvalidCharacters(text: string): boolean;
}

declare module '@ambassify/twitter-text/dist/extractMentionsWithIndices.js' {
  export default function extractMentionsWithIndices(text: string): readonly { readonly indices: readonly [number, number] }[];
}

declare module '@ambassify/twitter-text/dist/lib/idna.js' {
  const idna: { toAscii(domain: string): string | undefined };
  export default idna;
}

declare module '@ambassify/twitter-text/dist/regexp/*' {
  const part: RegExp;
  export default part;
}

/** Tests compare `urlsOf` with it. */
declare module '@ambassify/twitter-text/dist/extractUrlsWithIndices.js' {
  export default function extractUrlsWithIndices(text: string): readonly { readonly indices: readonly [number, number] }[];
}
