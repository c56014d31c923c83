import { type Html, html } from '@sitemessage/core';
import type { Texts } from '../texts/texts.ts';
import type { Body } from './body.ts';
import type { FormChoice, Page } from './page.ts';

type PreferencesPage = Extract<Page, { readonly kind: 'preferences' }>;

export function preferencesForm({ preferences, choices, preferencesUrl, notice }: PreferencesPage, { preferences: texts }: Texts): Body {
  const titles = new Map(preferences.messengers.map(({ alias, title }) => [alias, title]));
  const group = ({ alias, title }: { readonly alias: string; readonly title: string }): Html => html`<fieldset>
<legend><bdi>${title}</bdi></legend>
${choices.filter(({ type }) => type === alias).map((choice) => box(choice, titles.get(choice.messenger)))}</fieldset>
`;
  const form = html`<p>${texts.text}</p>
<form method="post" action="${preferencesUrl}">
${preferences.types.map(group)}<button>${texts.button}</button>
</form>`;
  const content = html`${notice === 'changed' && html`<p class="notice">${texts.changed.text}</p>`}
${choices.length > 0 ? form : html`<p>${texts.nothing}</p>`}`;
  return { title: titleOf(notice, texts), content };
}

/** What has happened comes first, for who hears the page too. */
function titleOf(notice: PreferencesPage['notice'], { title, saved, changed }: Texts['preferences']): string {
  if (notice === undefined) return title;
  return notice === 'saved' ? saved : changed.title;
}

function box({ messenger, value, isSubscribed }: FormChoice, title = messenger): Html {
  return html`<input type="hidden" name="shown" value="${value}">
<label><input type="checkbox" name="wanted" value="${value}"${isSubscribed && html` checked`}> <bdi>${title}</bdi></label>
`;
}
