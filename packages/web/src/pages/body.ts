import { type Html, html } from '@sitemessage/core';
import type { Texts } from '../texts/texts.ts';
import type { Page } from './page.ts';
import { preferencesForm } from './preferences.ts';
import { confirmation, ended, renewed } from './subscription.ts';

/** What one page has of its own. */
export interface Body {
  readonly title: string;
  readonly content: Html;
}

export function bodyOf(page: Page, texts: Texts): Body {
  switch (page.kind) {
    case 'unsubscribe':
      return confirmation(page, texts);
    case 'unsubscribed':
      return ended(page, texts);
    case 'resubscribed':
      return renewed(page, texts);
    case 'preferences':
      return preferencesForm(page, texts);
    default: {
      const { title, text } = texts[page.kind];
      return { title, content: html`<p>${text}</p>` };
    }
  }
}
