import { type Delivery, PermanentError, type Session, TransientError } from '../../../src/index.ts';
import { content, forEveryFault, type Mutant, type Mutation, messenger, receipt, send, session, text } from './mutate.ts';

const arrives = (what: string): string => `delivers ${what} once and unchanged, to the right address`;
const withReceipt = 'resolves with a receipt once the provider has the message';
const attached = 'sends content with attachments, or refuses it permanently';
const long = 'delivers a long text whole, or refuses it permanently';
const unsupported = 'keeps the session after characters that the protocol cannot carry';
const rich = 'delivers the text of content with a subject, HTML, a link and an unsubscribe URL';
const apart = 'keeps sessions independent: closing one does not disturb another';
const fromHtml = 'sends content without text from its HTML, or refuses it permanently';

/** Resolves without sending these deliveries. */
const dropping = (isDropped: (delivery: Delivery) => boolean): Mutation =>
  send((original) => async (delivery, context) => (isDropped(delivery) ? {} : original(delivery, context)));

export const sendingMutants: readonly Mutant[] = [
  {
    fault: 'sends everything twice',
    caughtBy: [
      arrives('plain text'),
      'delivers as many messages at once as its concurrency allows',
      'accepts a delivery again after an unknown outcome',
    ],
    mutate: send((original) => async (delivery, context) => {
      await original(delivery, context);
      return original(delivery, context);
    }),
  },
  {
    fault: 'sends everything to the first address',
    caughtBy: [arrives('plain text')],
    mutate: send((original, { messenger, addresses }) => (delivery, context) => {
      return original({ ...delivery, address: messenger.getAddress(addresses[0] as never) }, context);
    }),
  },
  {
    fault: 'writes into the delivery',
    caughtBy: [arrives('plain text')],
    mutate: send((original) => async (delivery, context) => {
      Object.assign(delivery.content, { sending: true });
      return original(delivery, context);
    }),
  },
  {
    fault: 'encodes as Latin-1',
    caughtBy: [arrives('other scripts and emoji')],
    mutate: text((given) => Buffer.from(given, 'latin1').toString('latin1')),
  },
  { fault: 'joins lines', caughtBy: [arrives('several lines')], mutate: text((given) => given.replaceAll('\n', ' ')) },
  {
    fault: 'escapes text as HTML',
    caughtBy: [arrives('text that looks like HTML')],
    mutate: text((given) => given.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
  },
  {
    fault: 'reads text as Markdown',
    caughtBy: [arrives('text that looks like Markdown or a template')],
    mutate: text((given) => given.replaceAll(/[*_`~]/g, '')),
  },
  {
    fault: 'doubles leading dots and never removes them',
    caughtBy: [arrives('lines that begin with a dot')],
    mutate: text((given) => given.replaceAll(/^\./gm, '..')),
  },
  {
    fault: 'quotes lines that begin with From',
    caughtBy: [arrives('lines that begin with From')],
    mutate: text((given) => given.replaceAll(/^From /gm, '>From ')),
  },
  { fault: 'folds long lines', caughtBy: [arrives('a long line')], mutate: text((given) => given.replaceAll(/(.{72}) /g, '$1\n')) },
  {
    fault: 'cuts texts at 4,096 characters',
    caughtBy: [long],
    mutate: text((given) => given.slice(0, 4_096)),
  },
  {
    fault: 'refuses a long text after it sent the first part',
    caughtBy: [long],
    mutate: send((original) => async (delivery, context) => {
      if (delivery.content.text.length < 4_096) return original(delivery, context);
      await original({ ...delivery, content: { text: delivery.content.text.slice(0, 4_096) } }, context);
      throw new PermanentError('It is too long.');
    }),
  },
  { fault: 'drops a long text', caughtBy: [long], mutate: dropping(({ content }) => content.text.length > 4_096) },
  { fault: 'sends a blank when there is only HTML', caughtBy: [fromHtml], mutate: text((given) => given || ' ') },
  {
    fault: 'shows tags when there is only HTML',
    caughtBy: [fromHtml],
    mutate: content((given) => ({ text: given.text || String(given.html) })),
  },
  {
    fault: 'sends the subject in place of the text',
    caughtBy: [rich],
    mutate: content((given) => ({ text: given.subject ?? given.text })),
  },
  {
    fault: 'sends the text and the HTML as two messages',
    caughtBy: [rich],
    mutate: send((original) => async (delivery, context) => {
      if (delivery.content.html) await original(delivery, context);
      return original(delivery, context);
    }),
  },
  {
    fault: 'throws a transient error for an attachment',
    caughtBy: [attached],
    mutate: send((original) => async (delivery, context) => {
      if (delivery.content.attachments) throw new TransientError('No attachments.');
      return original(delivery, context);
    }),
  },
  { fault: 'drops content with an attachment', caughtBy: [attached], mutate: dropping(({ content }) => Boolean(content.attachments)) },
  { fault: 'drops content without text', caughtBy: [fromHtml], mutate: dropping(({ content }) => content.text === '') },
  { fault: 'ends a text at a NUL', caughtBy: [unsupported], mutate: text((given) => given.replace(/\0.*/s, '')) },
  {
    fault: 'refuses a NUL after it sent the message',
    caughtBy: [unsupported],
    mutate: send((original) => async (delivery, context) => {
      const receipt = await original(delivery, context);
      if (delivery.content.text.includes('\0')) throw new PermanentError('It cannot be sent.');
      return receipt;
    }),
  },
  {
    fault: 'loses its session after a control character',
    caughtBy: [unsupported],
    mutate: session((original) => {
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
    mutate: send((original) => async (delivery, context) => {
      original(delivery, context).catch(() => undefined);
      return {};
    }),
  },
  { fault: 'resolves with undefined', caughtBy: [withReceipt], mutate: receipt(() => undefined) },
  {
    fault: 'returns a number as the id',
    caughtBy: [withReceipt],
    mutate: receipt(({ providerId }) => ({ providerId: Number(providerId) })),
  },
  { fault: 'returns a pause of half a millisecond', caughtBy: [withReceipt], mutate: receipt(() => ({ pauseMs: 0.5 })) },
  { fault: 'returns a movedTo that is not normalized', caughtBy: [withReceipt], mutate: receipt(() => ({ movedTo: ' Ada ' })) },
  {
    fault: 'returns the address as the id',
    caughtBy: ['returns a different provider id for each message'],
    mutate: receipt((_, { address }) => ({ providerId: address })),
  },
  {
    fault: 'drops all but the first message of a session',
    caughtBy: [
      'delivers 30 messages in a row in one session',
      'never retries by itself',
      'keeps the session when the signal of a finished send is aborted',
      ...forEveryFault(
        (what) => `keeps the session after ${what}, unless the error sets sessionLost`,
        'a configuration error',
        'a connection lost after acceptance',
      ),
      unsupported,
      apart,
    ],
    mutate: session((original) => {
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
    fault: 'drops the messages of all sessions but the first',
    caughtBy: [
      ...forEveryFault((what) => `delivers in a new session after ${what}`),
      'sends nothing when the signal is already aborted, and keeps the session',
      'settles an aborted send within 1 s, and never reports a delivered message as unsent',
      apart,
    ],
    mutate: (underTest) => {
      let count = 0;
      return session((original) => {
        count += 1;
        return count > 1 ? { send: async () => ({}) } : original;
      })(underTest);
    },
  },
  {
    fault: 'keeps the current delivery in one variable',
    caughtBy: ['delivers as many messages at once as its concurrency allows'],
    mutate: session((original) => {
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
    mutate: (underTest) => {
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
