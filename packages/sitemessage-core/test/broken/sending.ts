import { type Delivery, PermanentError, type Session, TransientError } from '../../src/index.ts';
import { type Broken, content, forEveryFault, messenger, receipt, send, session, text } from './spoil.ts';

const arrives = (what: string): string => `delivers ${what} once, to the right address, as it is`;
const withReceipt = 'resolves only when the provider has the message, with a receipt';
const attached = 'sends a content with an attachment or refuses it for good';
const long = 'cuts nothing off a long text: it arrives to its last word, or is refused for good';
const odd = 'survives characters that its protocol cannot carry';
const rich = 'delivers the text of a content that has a subject, HTML, a link and a way to unsubscribe as well';
const apart = 'keeps two sessions apart: closing one does not disturb the other';
const fromHtml = 'sends a content without text from its HTML or refuses it for good, and never sends nothing';

/** Takes these for sent, and drops them. */
const dropping = (isDropped: (delivery: Delivery) => boolean): Broken['spoil'] =>
  send((original) => async (delivery, context) => (isDropped(delivery) ? {} : original(delivery, context)));

export const brokenSenders: readonly Broken[] = [
  {
    fault: 'sends everything twice',
    caughtBy: [
      arrives('a plain text'),
      'delivers as many at once as it says it can, each of them once',
      'takes the same delivery again when its outcome was unknown',
    ],
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
    caughtBy: [long],
    spoil: text((given) => given.slice(0, 4_096)),
  },
  {
    fault: 'refuses a long text when it has sent the first part',
    caughtBy: [long],
    spoil: send((original) => async (delivery, context) => {
      if (delivery.content.text.length < 4_096) return original(delivery, context);
      await original({ ...delivery, content: { text: delivery.content.text.slice(0, 4_096) } }, context);
      throw new PermanentError('It is too long.');
    }),
  },
  { fault: 'drops a long text', caughtBy: [long], spoil: dropping(({ content }) => content.text.length > 4_096) },
  { fault: 'sends a blank when there is only HTML', caughtBy: [fromHtml], spoil: text((given) => given || ' ') },
  {
    fault: 'shows tags when there is only HTML',
    caughtBy: [fromHtml],
    spoil: content((given) => ({ text: given.text || String(given.html) })),
  },
  {
    fault: 'sends the subject in place of the text',
    caughtBy: [rich],
    spoil: content((given) => ({ text: given.subject ?? given.text })),
  },
  {
    fault: 'sends the text and the HTML as two messages',
    caughtBy: [rich],
    spoil: send((original) => async (delivery, context) => {
      if (delivery.content.html) await original(delivery, context);
      return original(delivery, context);
    }),
  },
  {
    fault: 'calls an attachment a transient fault',
    caughtBy: [attached],
    spoil: send((original) => async (delivery, context) => {
      if (delivery.content.attachments) throw new TransientError('No attachments.');
      return original(delivery, context);
    }),
  },
  { fault: 'drops a content with an attachment', caughtBy: [attached], spoil: dropping(({ content }) => Boolean(content.attachments)) },
  { fault: 'drops a content without text', caughtBy: [fromHtml], spoil: dropping(({ content }) => content.text === '') },
  { fault: 'ends a text at a NUL', caughtBy: [odd], spoil: text((given) => given.replace(/\0.*/s, '')) },
  {
    fault: 'refuses a NUL when it has sent what stands before it',
    caughtBy: [odd],
    spoil: send((original) => async (delivery, context) => {
      const receipt = await original(delivery, context);
      if (delivery.content.text.includes('\0')) throw new PermanentError('It cannot be sent.');
      return receipt;
    }),
  },
  {
    fault: 'loses its stream over a control character',
    caughtBy: [odd],
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
    fault: 'drops all but the first message of a session',
    caughtBy: [
      'delivers 30 messages one after another in one session',
      'tries nothing again by itself: three faults are three errors, and the fourth send goes through',
      'keeps a session when the signal of a send that is over is aborted',
      ...forEveryFault(
        (what) => `goes on in the same session after ${what}, unless the error says that it is lost`,
        'a wrong configuration',
        'a line that breaks after the message was taken',
      ),
      odd,
      apart,
    ],
    spoil: session((original) => {
      let count = 0;
      return {
        async send(delivery, context) {
          count += 1;
          return count > 1 ? {} : original.send(delivery, context);
        },
      };
    }),
  },
  {
    fault: 'drops what is sent in any session but the first',
    caughtBy: [
      ...forEveryFault((what) => `delivers after ${what} in a freshly opened session`),
      'sends nothing when the signal is aborted already, and goes on with the next',
      'settles a send at once when it is aborted, and never says that nothing was sent when it was',
      apart,
    ],
    spoil: (underTest) => {
      let count = 0;
      return session((original) => {
        count += 1;
        return count > 1 ? { send: async () => ({}) } : original;
      })(underTest);
    },
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
    caughtBy: [apart],
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
