import { type Html, html } from '@sitemessage/core';
import type { LinkedSubscription } from '../subscription.ts';
import type { Texts } from '../texts/texts.ts';
import type { Body } from './body.ts';
import type { Page } from './page.ts';

type PageOf<Kind> = Extract<Page, { readonly kind: Kind }>;

export function confirmation(page: PageOf<'unsubscribe'>, texts: Texts): Body {
  const { subscription, unsubscribeUrl, resubscribeUrl } = page;
  if (resubscribeUrl !== undefined) return withoutSubscription(subscription, unsubscribeUrl, resubscribeUrl, texts);
  const { title, text, button } = texts.unsubscribe;
  const content = html`<p>${text}</p>
${about(subscription)}
${form(unsubscribeUrl, 'confirm', html`<button>${button}</button>`)}`;
  return { title, content };
}

/** What the application sends to a list of its own comes without a subscription, and can be ended all the same. */
function withoutSubscription(
  subscription: LinkedSubscription,
  unsubscribeUrl: string,
  resubscribeUrl: string,
  { notSubscribed, unsubscribe }: Texts,
): Body {
  const { title, text, wish, button, still } = notSubscribed;
  const content = html`<p>${text}</p>
${about(subscription)}
<p>${wish}</p>
${form(resubscribeUrl, 'resubscribe', html`<button class="quiet">${button}</button>`)}
<p>${still}</p>
${form(unsubscribeUrl, 'confirm', html`<button class="quiet">${unsubscribe.button}</button>`)}`;
  return { title, content };
}

export function ended({ subscription, resubscribeUrl }: PageOf<'unsubscribed'>, { unsubscribed }: Texts): Body {
  const { title, text, mistake, button } = unsubscribed;
  const content = html`<p>${text}</p>
${about(subscription)}
${
  resubscribeUrl !== undefined &&
  html`<p>${mistake}</p>
${form(resubscribeUrl, 'resubscribe', html`<button class="quiet">${button}</button>`)}`
}`;
  return { title, content };
}

export function renewed({ subscription }: PageOf<'resubscribed'>, { resubscribed }: Texts): Body {
  const content = html`<p>${resubscribed.text}</p>
${about(subscription)}`;
  return { title: resubscribed.title, content };
}

function form(url: string, field: string, button: Html): Html {
  return html`<form method="post" action="${url}">
<input type="hidden" name="${field}" value="yes">
${button}
</form>`;
}

/** Titles and addresses may hold anything: `bdi` keeps marks that turn the direction of writing to themselves. */
function about({ typeTitle, messengerTitle, address }: LinkedSubscription): Html {
  return html`<p class="where"><strong><bdi>${typeTitle}</bdi></strong><br>
<bdi>${messengerTitle}</bdi>${address !== '' && html`: <bdi>${address}</bdi>`}</p>`;
}
