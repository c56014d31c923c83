import { defineMessageType, html } from '@sitemessage/core';

// #region texts
const texts = {
  en: {
    direction: 'ltr',
    subject: (id: string) => `Order ${id} is on its way`,
    body: (total: string, day: string) => `${total}, at your door on ${day}.`,
  },
  de: {
    direction: 'ltr',
    subject: (id: string) => `Bestellung ${id} ist unterwegs`,
    body: (total: string, day: string) => `${total}, bei Ihnen am ${day}.`,
  },
  he: {
    direction: 'rtl',
    subject: (id: string) => `הזמנה ${id} בדרך`,
    body: (total: string, day: string) => `${total}, תגיע ב־${day}.`,
  },
};

/** The texts for a locale such as `de-CH`, or the English ones. */
function textsOf(locale: string) {
  const { language } = new Intl.Locale(locale);
  const isKnown = (name: string): name is keyof typeof texts =>
    Object.hasOwn(texts, name);
  if (!isKnown(language)) return { ...texts.en, language: 'en', locale: 'en' };
  return { ...texts[language], language, locale };
}
// #endregion texts

// #region type
interface Order {
  readonly id: number;
  readonly euros: number;
  /** A day: `2026-12-24`. */
  readonly arrives: string;
  /** The customer's locale: `de-CH`. */
  readonly locale: string;
}

export const orderShipped = defineMessageType<Order>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp({ id, euros, arrives, locale: wanted }) {
      const { subject, body, language, direction, locale } = textsOf(wanted);
      const money = new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: 'EUR',
      });
      const day = new Intl.DateTimeFormat(locale, {
        dateStyle: 'long',
        timeZone: 'UTC',
      });
      const text = body(money.format(euros), day.format(new Date(arrives)));
      return {
        subject: subject(String(id)),
        text,
        html: html`<p lang="${language}" dir="${direction}">${text}</p>`,
      };
    },
  },
});
// #endregion type
