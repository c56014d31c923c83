export const languages = ['en', 'ru', 'de', 'es', 'fr'] as const;

export type Language = (typeof languages)[number];

/** The first of these that there are texts in, and English otherwise. `wanted`: `de`, `de-AT` or `de_AT`. */
export function pickLanguage(wanted: readonly (string | undefined)[]): Language {
  for (const one of wanted) {
    const primary = one?.split(/[-_]/)[0]?.toLowerCase();
    const language = languages.find((known) => known === primary);
    if (language) return language;
  }
  return 'en';
}

/** What an `Accept-Language` asks for, the most wanted first. */
export function acceptedLanguages(header = ''): readonly string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}
