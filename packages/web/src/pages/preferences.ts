import { type Html, html } from '@sitemessage/core';
import type { Texts } from '../texts/texts.ts';
import type { Body } from './body.ts';
import type { FormChoice, Page } from './page.ts';

type PreferencesPage = Extract<Page, { readonly kind: 'preferences' }>;

export function preferencesForm({ preferences, choices, notice }: PreferencesPage, { preferences: texts }: Texts): Body {
  const titles = new Map(preferences.messengers.map(({ alias, title }) => [alias, title]));
  const group = ({ alias, title }: { readonly alias: string; readonly title: string }): Html => html`<fieldset>
<legend><bdi>${title}</bdi></legend>
${choices.filter(({ type }) => type === alias).map((choice) => box(choice, titles.get(choice.messenger)))}</fieldset>
`;
  const form = html`<p>${texts.text}</p>
<form method="post">
${preferences.types.map(group)}<button>${texts.button}</button>
</form>`;
  const content = html`${notice && html`<p class="notice" role="status">${texts[notice]}</p>`}
${choices.length > 0 ? form : html`<p>${texts.nothing}</p>`}`;
  return { title: texts.title, content };
}

function box({ messenger, value, isSubscribed }: FormChoice, title = messenger): Html {
  return html`<input type="hidden" name="shown" value="${value}">
<label><input type="checkbox" name="wanted" value="${value}"${isSubscribed && html` checked`}> <bdi>${title}</bdi></label>
`;
}
