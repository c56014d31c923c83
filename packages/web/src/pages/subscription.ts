import { type Html, html } from '@sitemessage/core';
import type { LinkedSubscription } from '../subscription.ts';
import type { Texts } from '../texts/texts.ts';
import type { Body } from './body.ts';

export function confirmation(subscription: LinkedSubscription, { unsubscribe }: Texts): Body {
  const content = html`<p>${unsubscribe.text}</p>
${about(subscription)}
<form method="post">
<input type="hidden" name="confirm" value="yes">
<button>${unsubscribe.button}</button>
</form>`;
  return { title: unsubscribe.title, content };
}

export function ended(subscription: LinkedSubscription, resubscribeUrl: string | undefined, { unsubscribed }: Texts): Body {
  const again = html`<p>${unsubscribed.mistake}</p>
<form method="post" action="${resubscribeUrl}">
<button class="quiet">${unsubscribed.button}</button>
</form>`;
  const content = html`<p role="status">${unsubscribed.text}</p>
${about(subscription)}
${resubscribeUrl !== undefined && again}`;
  return { title: unsubscribed.title, content };
}

export function renewed(subscription: LinkedSubscription, { resubscribed }: Texts): Body {
  const content = html`<p role="status">${resubscribed.text}</p>
${about(subscription)}`;
  return { title: resubscribed.title, content };
}

/** Titles and addresses may hold anything: `bdi` keeps marks that turn the direction of writing to themselves. */
function about({ typeTitle, messengerTitle, address }: LinkedSubscription): Html {
  return html`<p class="where"><strong><bdi>${typeTitle}</bdi></strong><br>
<bdi>${messengerTitle}</bdi>${address !== '' && html`: <bdi>${address}</bdi>`}</p>`;
}
