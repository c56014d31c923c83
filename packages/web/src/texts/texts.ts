import type { Language } from '../language.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ru } from './ru.ts';

/** All that the pages say. What is to be ended or chosen stands below it, as the application calls it. */
export interface Texts {
  readonly unsubscribe: { readonly title: string; readonly text: string; readonly button: string };
  readonly notSubscribed: {
    readonly title: string;
    readonly text: string;
    readonly wish: string;
    readonly button: string;
    readonly still: string;
  };
  readonly unsubscribed: { readonly title: string; readonly text: string; readonly mistake: string; readonly button: string };
  readonly resubscribed: { readonly title: string; readonly text: string };
  readonly preferences: {
    readonly title: string;
    readonly text: string;
    readonly button: string;
    readonly saved: string;
    readonly changed: { readonly title: string; readonly text: string };
    readonly nothing: string;
  };
  readonly invalid: { readonly title: string; readonly text: string };
  readonly refused: { readonly title: string; readonly text: string };
  readonly failed: { readonly title: string; readonly text: string };
}

export const texts: Readonly<Record<Language, Texts>> = { en, ru, de, es, fr };
