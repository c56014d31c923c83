import { type Delivery, type Session, TransientError } from '../../src/index.ts';
import { type Broken, content, messenger, receipt, send, session, text } from './spoil.ts';

const arrives = (what: string): string => `delivers ${what} once, to the right address, as it is`;
const withReceipt = 'resolves only when the provider has the message, with a receipt';
const fromHtml = 'sends a content without text from its HTML or refuses it for good, and never sends nothing';

export const brokenSenders: readonly Broken[] = [
  {
    fault: 'sends everything twice',
    caughtBy: [arrives('a plain text')],
    spoil: send((original) => async (delivery, context) => {
      await original(delivery, context);
      return original(delivery, context);
    }),
  },
  {
    fault: 'sends everything to the first address',
    caughtBy: [arrives('a plain text')],
    spoil: send((original, { messenger, addresses }) => (delivery, context) => {
      return original({ ...delivery, address: messenger.getAddress(addresses[0] as never) }, context);
    }),
  },
  {
    fault: 'writes into the delivery',
    caughtBy: [arrives('a plain text')],
    spoil: send((original) => async (delivery, context) => {
      Object.assign(delivery.content, { sending: true });
      return original(delivery, context);
    }),
  },
  {
    fault: 'writes in Latin-1',
    caughtBy: [arrives('other scripts and emoji')],
    spoil: text((given) => Buffer.from(given, 'latin1').toString('latin1')),
  },
  { fault: 'joins lines', caughtBy: [arrives('several lines')], spoil: text((given) => given.replaceAll('\n', ' ')) },
  {
    fault: 'escapes text as HTML',
    caughtBy: [arrives('what looks like HTML')],
    spoil: text((given) => given.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
  },
  {
    fault: 'reads text as Markdown',
    caughtBy: [arrives('what looks like markup of another kind')],
    spoil: text((given) => given.replaceAll(/[*_`~]/g, '')),
  },
  {
    fault: 'doubles dots and never takes them out again',
    caughtBy: [arrives('dots at the start of lines')],
    spoil: text((given) => given.replaceAll(/^\./gm, '..')),
  },
  {
    fault: 'quotes lines that begin with From',
    caughtBy: [arrives('words that begin a line of a mailbox')],
    spoil: text((given) => given.replaceAll(/^From /gm, '>From ')),
  },
  { fault: 'folds long lines', caughtBy: [arrives('a long line')], spoil: text((given) => given.replaceAll(/(.{72}) /g, '$1\n')) },
  {
    fault: 'cuts texts at 4,096 characters',
    caughtBy: ['cuts nothing off a long text: it arrives to its last word, or is refused for good'],
    spoil: text((given) => given.slice(0, 4_096)),
  },
  { fault: 'sends a blank when there is only HTML', caughtBy: [fromHtml], spoil: text((given) => given || ' ') },
  {
    fault: 'shows tags when there is only HTML',
    caughtBy: [fromHtml],
    spoil: content((given) => ({ text: given.text || String(given.html) })),
  },
  {
    fault: 'sends the subject in place of the text',
    caughtBy: ['delivers the text of a content that has a subject, HTML, a link and a way to unsubscribe as well'],
    spoil: content((given) => ({ text: given.subject ?? given.text })),
  },
  {
    fault: 'calls an attachment a transient fault',
    caughtBy: ['sends a content with an attachment or refuses it for good'],
    spoil: send((original) => async (delivery, context) => {
      if (delivery.content.attachments) throw new TransientError('No attachments.');
      return original(delivery, context);
    }),
  },
  {
    fault: 'loses its stream over a control character',
    caughtBy: ['survives characters that its protocol cannot carry'],
    spoil: session((original) => {
      let lost = false;
      return {
        async send(delivery, context) {
          if (lost) throw new TransientError('The stream is closed.');
          lost = delivery.content.text.includes('\u0001');
          return original.send(delivery, context);
        },
      };
    }),
  },
  {
    fault: 'resolves before the provider has the message',
    caughtBy: [withReceipt],
    spoil: send((original) => async (delivery, context) => {
      original(delivery, context).catch(() => undefined);
      return {};
    }),
  },
  { fault: 'resolves with nothing', caughtBy: [withReceipt], spoil: receipt(() => undefined) },
  { fault: 'gives a number for an id', caughtBy: [withReceipt], spoil: receipt(({ providerId }) => ({ providerId: Number(providerId) })) },
  { fault: 'asks for a pause of half a millisecond', caughtBy: [withReceipt], spoil: receipt(() => ({ pauseMs: 0.5 })) },
  { fault: 'says that somebody has moved to no address', caughtBy: [withReceipt], spoil: receipt(() => ({ movedTo: ' Ada ' })) },
  {
    fault: 'gives the address for an id',
    caughtBy: ['gives different messages different provider ids'],
    spoil: receipt((_, { address }) => ({ providerId: address })),
  },
  {
    fault: 'drops every tenth message',
    caughtBy: ['delivers 30 messages one after another in one session'],
    spoil: session((original) => {
      let count = 0;
      return {
        async send(delivery, context) {
          count += 1;
          return count % 10 === 0 ? {} : original.send(delivery, context);
        },
      };
    }),
  },
  {
    fault: 'keeps the delivery of the moment in one variable',
    caughtBy: ['delivers as many at once as it says it can, each of them once'],
    spoil: session((original) => {
      let current: Delivery;
      return {
        async send(delivery, context) {
          current = delivery;
          await null;
          return original.send(current, context);
        },
      };
    }),
  },
  {
    fault: 'keeps its connection on the messenger',
    caughtBy: ['keeps two sessions apart: closing one does not disturb the other'],
    spoil: (underTest) => {
      let shared: Promise<Session> | undefined;
      const open = underTest.messenger.open;
      return messenger(() => ({
        open(context) {
          shared ??= open(context);
          return shared;
        },
      }))(underTest);
    },
  },
];
