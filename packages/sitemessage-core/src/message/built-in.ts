import { fields, line, markup, text } from './fields.ts';
import { type Html, raw } from './html.ts';
import { defineMessageType, type MessageType, type Render } from './message-type.ts';

/**
 * The built-in message type `plain`: a text, for every messenger. `scheduleMessages('Hi there!', ...)` is
 * short for it. Users cannot subscribe to it, because its name does not say what they would get.
 */
export const plain: MessageType<{ text: string }> = defineMessageType({
  alias: 'plain',
  title: 'Text',
  allowUserSubscription: false,
  context: fields<{ text: string }>({ text }),
  render: { default: ({ text }) => ({ text }) },
});

/** Hides the name `smtp` from the compiler, which does not know it here: core imports no messenger. */
const byMail = <Context>(smtp: Render<Context>): Readonly<Record<string, Render<Context>>> => ({ smtp });

/**
 * The built-in message type `email_plain`: an e-mail in plain text, for messengers of the protocol `smtp`.
 */
export const emailPlain: MessageType<{ subject: string; text: string }> = defineMessageType({
  alias: 'email_plain',
  title: 'E-mail',
  allowUserSubscription: false,
  messengers: ['smtp'],
  context: fields<{ subject: string; text: string }>({ subject: line, text }),
  render: byMail<{ subject: string; text: string }>(({ subject, text }) => ({ subject, text })),
});

/**
 * The built-in message type `email_html`: an e-mail in HTML, for messengers of the protocol `smtp`. The
 * messenger makes the text alternative from it. Every recipient gets the same content. To greet them by
 * name, define your own type.
 */
export const emailHtml: MessageType<{ subject: string; html: Html }, { subject: string; html: string }> = defineMessageType({
  alias: 'email_html',
  title: 'E-mail',
  allowUserSubscription: false,
  messengers: ['smtp'],
  context: fields<{ subject: string; html: Html }>({ subject: line, html: markup }),
  render: byMail<{ subject: string; html: string }>(({ subject, html }) => ({ subject, html: raw(html) })),
});
