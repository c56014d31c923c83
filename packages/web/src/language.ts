import { de } from './texts/de.ts';
import { en } from './texts/en.ts';
import { es } from './texts/es.ts';
import { fr } from './texts/fr.ts';
import { ru } from './texts/ru.ts';
import type { Texts } from './texts/texts.ts';

/** A language of the pages. */
export type Language = 'en' | 'ru' | 'de' | 'es' | 'fr';

export const texts: Readonly<Record<Language, Texts>> = { en, ru, de, es, fr };

export const languages: readonly Language[] = Object.keys(texts) as Language[];

/** Returns the first of these that the pages have, or English. A tag is `de`, `de-AT` or `de_AT`. */
export function pickLanguage(tags: readonly (string | undefined)[]): Language {
  for (const tag of tags) {
    const primary = tag?.split(/[-_]/)[0]?.toLowerCase();
    const language = languages.find((known) => known === primary);
    if (language) return language;
  }
  return 'en';
}

/** Returns the tags of a header `Accept-Language`, the most wanted first. */
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
