import { fields, line, markup, text } from './fields.ts';
import { type Html, raw } from './html.ts';
import { defineMessageType, type MessageType, type Render } from './message-type.ts';

/** Core imports no messenger, so the compiler does not know this name here. */
const byMail = <Context>(smtp: Render<Context>): Readonly<Record<string, Render<Context>>> => ({ smtp });

/** The built-in type of an e-mail in plain text. */
export const emailPlain: MessageType<{ subject: string; text: string }> = defineMessageType({
  alias: 'email_plain',
  title: 'E-mail',
  allowUserSubscription: false,
  messengers: ['smtp'],
  context: fields<{ subject: string; text: string }>({ subject: line, text }),
  render: byMail<{ subject: string; text: string }>(({ subject, text }) => ({ subject, text })),
});

/** The built-in type of an e-mail in HTML; its text alternative is made from it. The same for every recipient: define a type of your own to greet them by name. */
export const emailHtml: MessageType<{ subject: string; html: Html }, { subject: string; html: string }> = defineMessageType({
  alias: 'email_html',
  title: 'E-mail',
  allowUserSubscription: false,
  messengers: ['smtp'],
  context: fields<{ subject: string; html: Html }>({ subject: line, html: markup }),
  render: byMail<{ subject: string; html: string }>(({ subject, html }) => ({ subject, html: raw(html) })),
});
