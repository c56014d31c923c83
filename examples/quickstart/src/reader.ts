import type { InboxMessage } from '@sitemessage/sandbox';
import { convert } from 'html-to-text';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { isPlain, paint, print, width } from './terminal.ts';

/** The columns of a shown mail: fewer than those of the screen. */
const columns = Math.min(width - 4, 68);

/** Prints mails as their readers see them. */
export function showMails(mails: readonly InboxMessage[]): void {
  for (const mail of mails) showMail(mail);
}

function showMail({ headers, address, subject = '', html, text }: InboxMessage): void {
  const head = [
    `${paint('dim', 'From')}     ${headers.from}`,
    `${paint('dim', 'To')}       ${address}`,
    `${paint('dim', 'Subject')}  ${paint('bold', subject)}`,
  ];
  const body = wrapAnsi(html === undefined ? text : fromHtml(html), columns).split('\n');
  print('', ...(isPlain ? [...head, '', ...body] : frame(head, body)));
}

function fromHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    formatters: {
      bold: (element, walk, builder) => {
        builder.pushWordTransform((word) => paint('bold', word));
        walk(element.children, builder);
        builder.popWordTransform();
      },
    },
    selectors: [
      { selector: 'h1', options: { uppercase: false } },
      { selector: 'strong', format: 'bold' },
    ],
  });
}

function frame(...parts: readonly (readonly string[])[]): readonly string[] {
  const edge = (left: string, right: string): string => paint('dim', `${left}${'─'.repeat(columns + 2)}${right}`);
  const side = paint('dim', '│');
  const line = (text: string): string => `${side} ${text}${' '.repeat(Math.max(0, columns - stringWidth(text)))} ${side}`;
  return [
    edge('╭', '╮'),
    ...parts.map((part) => part.map(line)).flatMap((part, index) => (index ? [edge('├', '┤'), ...part] : part)),
    edge('╰', '╯'),
  ];
}
