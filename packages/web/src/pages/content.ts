import { type Html, html } from '@sitemessage/core';
import type { Texts } from '../texts/texts.ts';
import type { FormChoice, LinkedSubscription, Page } from './page.ts';

/** The parts in which pages differ. */
interface Content {
  readonly title: string;
  readonly body: Html;
}

type PageOf<Kind> = Extract<Page, { readonly kind: Kind }>;

export function contentOf(page: Page, texts: Texts): Content {
  switch (page.kind) {
    case 'unsubscribe':
      return unsubscribe(page, texts);
    case 'unsubscribed':
      return unsubscribed(page, texts);
    case 'resubscribed':
      return resubscribed(page, texts);
    case 'preferences':
      return preferencesForm(page, texts);
    default: {
      const { title, text } = texts[page.kind];
      return { title, body: html`<p>${text}</p>` };
    }
  }
}

function unsubscribe(page: PageOf<'unsubscribe'>, texts: Texts): Content {
  const { subscription, unsubscribeUrl, resubscribeUrl } = page;
  if (resubscribeUrl !== undefined) return notSubscribed(subscription, unsubscribeUrl, resubscribeUrl, texts);
  const { title, text, button } = texts.unsubscribe;
  const body = html`<p>${text}</p>
${about(subscription)}
${form(unsubscribeUrl, 'confirm', html`<button>${button}</button>`)}`;
  return { title, body };
}

/** Offers both: to subscribe, and to end messages that the application sends without a subscription. */
function notSubscribed(
  subscription: LinkedSubscription,
  unsubscribeUrl: string,
  resubscribeUrl: string,
  { notSubscribed, unsubscribe }: Texts,
): Content {
  const { title, text, wish, button, still } = notSubscribed;
  const body = html`<p>${text}</p>
${about(subscription)}
<p>${wish}</p>
${form(resubscribeUrl, 'resubscribe', html`<button class="quiet">${button}</button>`)}
<p>${still}</p>
${form(unsubscribeUrl, 'confirm', html`<button class="quiet">${unsubscribe.button}</button>`)}`;
  return { title, body };
}

function unsubscribed({ subscription, resubscribeUrl }: PageOf<'unsubscribed'>, { unsubscribed }: Texts): Content {
  const { title, text, mistake, button } = unsubscribed;
  const body = html`<p>${text}</p>
${about(subscription)}
${
  resubscribeUrl !== undefined &&
  html`<p>${mistake}</p>
${form(resubscribeUrl, 'resubscribe', html`<button class="quiet">${button}</button>`)}`
}`;
  return { title, body };
}

function resubscribed({ subscription }: PageOf<'resubscribed'>, { resubscribed }: Texts): Content {
  const body = html`<p>${resubscribed.text}</p>
${about(subscription)}`;
  return { title: resubscribed.title, body };
}

function preferencesForm(page: PageOf<'preferences'>, { preferences: texts }: Texts): Content {
  const { preferences, choices, preferencesUrl, notice } = page;
  const titles = new Map(preferences.messengers.map(({ alias, title }) => [alias, title]));
  const group = ({ alias, title }: { readonly alias: string; readonly title: string }): Html => html`<fieldset>
<legend><bdi>${title}</bdi></legend>
${choices.filter(({ type }) => type === alias).map((choice) => box(choice, titles.get(choice.messenger)))}</fieldset>
`;
  const form = html`<p>${texts.text}</p>
<form method="post" action="${preferencesUrl}">
${preferences.types.map(group)}<button>${texts.button}</button>
</form>`;
  const body = html`${notice === 'changed' && html`<p class="notice">${texts.changed.text}</p>`}
${choices.length > 0 ? form : html`<p>${texts.nothing}</p>`}`;
  return { title: preferencesTitle(notice, texts), body };
}

/** Puts the outcome into the title, because a screen reader begins with it. */
function preferencesTitle(notice: PageOf<'preferences'>['notice'], { title, saved, changed }: Texts['preferences']): string {
  if (notice === undefined) return title;
  return notice === 'saved' ? saved : changed.title;
}

function box({ messenger, value, isSubscribed }: FormChoice, title = messenger): Html {
  return html`<input type="hidden" name="shown" value="${value}">
<label><input type="checkbox" name="wanted" value="${value}"${isSubscribed && html` checked`}> <bdi>${title}</bdi></label>
`;
}

function form(url: string, field: string, button: Html): Html {
  return html`<form method="post" action="${url}">
<input type="hidden" name="${field}" value="yes">
${button}
</form>`;
}

/**
 * Isolates titles and addresses by `bdi`, because marks in them could turn the direction of the text around
 * them.
 */
function about({ typeTitle, messengerTitle, address }: LinkedSubscription): Html {
  return html`<p class="where"><strong><bdi>${typeTitle}</bdi></strong><br>
<bdi>${messengerTitle}</bdi>${address !== '' && html`: <bdi>${address}</bdi>`}</p>`;
}
