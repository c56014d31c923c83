import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  type AnyMessageType,
  type AnyMessenger,
  createSitemessage,
  defineMessageType,
  defineMessenger,
  emailHtml,
  emailPlain,
  type Html,
  html,
  type Message,
  type MessageType,
  type Messenger,
  overrideMessageType,
  plain,
  type Recipients,
  recipients,
  type Sitemessage,
  sendTestMessage,
} from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Exactly } from '../../src/site/site.ts';

interface PagerOptions {
  readonly token: string;
}

const pager = defineMessenger({
  alias: 'pager',
  package: 'pager',
  title: 'Pager',
  getAddress: (address: number) => String(address),
  create: (_: PagerOptions) => ({ send: async () => undefined }),
});
const fax = defineMessenger({
  alias: 'fax',
  package: 'fax',
  title: 'Fax',
  getAddress: (address: string) => address,
  create: (_: { readonly line?: string }) => ({ send: async () => undefined }),
});
const storage = memoryStorage();

/** Checked by the compiler alone: what must not compile would throw as well. */
const compiled = (_: () => unknown): void => undefined;

describe('recipients of a site whose messengers are given as a list', () => {
  const site = createSitemessage({ storage, messengers: [pager({ token: 't' }), fax(), fax({ alias: 'second' })] });

  it('are typed by alias', () => {
    expectTypeOf(site).toEqualTypeOf<Sitemessage<{ pager: number; fax: string; second: string }, never, void, readonly string[]>>();
    expectTypeOf(site.recipients('pager', 7)).toEqualTypeOf<Recipients<'pager'>>();
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'pager' | 'fax' | 'second'>();
  });

  it('are one, or many in whatever can be iterated', () => {
    site.recipients('pager', [7, 8]);
    site.recipients('pager', new Set([7]));
    async function* many() {
      yield 7;
    }
    site.recipients('pager', many());
    site.recipients('second', '7');
  });

  it('are refused under another alias or with another address', () => {
    compiled(() => [
      // @ts-expect-error: no such messenger
      site.recipients('telex', 7),
      // @ts-expect-error: a pager takes numbers
      site.recipients('pager', '7'),
      // @ts-expect-error: all of them
      site.recipients('pager', [7, '8']),
      // @ts-expect-error: a fax takes texts
      site.recipients('fax', 7),
      // @ts-expect-error: it was not told how to read user objects
      site.recipients('fax', { id: 7 }),
      // @ts-expect-error: no such messenger
      site.sendTestMessage('telex', '7'),
      // @ts-expect-error: a pager takes numbers
      site.sendTestMessage('pager', '7'),
    ]);
  });
});

describe('recipients of a site that gets messengers later', () => {
  it('are typed by their aliases too', ({ expect }) => {
    const created = createSitemessage({ storage, messengers: [pager({ token: 't' })] });
    const site = created.registerMessengers(fax(), fax({ alias: 'second' }));
    expect(site).toBe(created);
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'pager' | 'fax' | 'second'>();
    site.recipients('pager', 7);
    site.recipients('second', '7');
    compiled(() => [
      // @ts-expect-error: a fax takes texts
      site.recipients('fax', 7),
      // @ts-expect-error: no such messenger
      site.recipients('telex', '7'),
      // @ts-expect-error: it was not there yet
      created.recipients('fax', '7'),
    ]);
  });
});

describe('recipients of a site that reads user objects', () => {
  interface User {
    readonly id: number;
  }
  const site = createSitemessage({ storage, messengers: [fax()], addressOf: (user: User, alias) => `${alias}-${user.id}` });

  it('are users and addresses, mixed', () => {
    site.recipients('fax', { id: 7 });
    site.recipients('fax', ['7', { id: 7 }]);
    compiled(() => [
      // @ts-expect-error: no such user
      site.recipients('fax', { name: 'Ann' }),
      // @ts-expect-error: a test goes to an address
      site.sendTestMessage('fax', { id: 7 }),
    ]);
  });
});

describe('a site whose messengers are given as options', () => {
  it('takes those only whose package is imported', () => {
    compiled(() => [
      // @ts-expect-error: no such package is imported
      createSitemessage({ storage, messengers: { telex: {} } }),
    ]);
  });

  it('takes the options of the messenger, those that all have, and no other', () => {
    const mail = { host: 'mail.example.com', from: 'shop@example.com' };
    compiled(() => [
      createSitemessage({ storage, messengers: { smtp: mail } }).recipients('smtp', 'ann@example.com'),
      createSitemessage({
        storage,
        messengers: { smtp: { ...mail, connections: 3, title: 'Mail', timeoutMs: 9, allowUserSubscription: false } },
      }),
      createSitemessage({ storage, messengers: { smtp: { ...mail, retry: { firstMs: 1, factor: 2, maxMs: 3 } } } }),
      createSitemessage({
        storage,
        messengers: { smtp: { ...mail, dkim: { domainName: 'example.com', keySelector: 'a', privateKey: 'k' } } },
      }),
      // @ts-expect-error: `connections` is misspelled
      createSitemessage({ storage, messengers: { smtp: { host: 'h', from: 'a@b.c', conections: 3 } } }),
      // @ts-expect-error: `timeoutMs` is misspelled
      createSitemessage({ storage, messengers: { smtp: { ...mail, timeout: 3 } } }),
      // @ts-expect-error: `from` is missing
      createSitemessage({ storage, messengers: { smtp: { host: 'h' } } }),
      // @ts-expect-error: `connections` is a number
      createSitemessage({ storage, messengers: { smtp: { ...mail, connections: '3' } } }),
    ]);
  });

  it('names an option that the messenger does not have', () => {
    type Given = Exactly<{ smtp: { hots: string; from: string } }>['smtp'];
    expectTypeOf<Given['hots']['problem']>().toEqualTypeOf<'`hots` is no option of "smtp"'>();
    expectTypeOf<Given['from']>().toEqualTypeOf<string>();
    compiled(() => [
      // @ts-expect-error: `host` is misspelled
      createSitemessage({ storage, messengers: { smtp: { hots: 'mail.example.com', from: 'shop@example.com' } } }),
    ]);
  });

  it('needs a storage', () => {
    compiled(() => [
      // @ts-expect-error: `storage` is missing
      createSitemessage({ messengers: [] }),
    ]);
  });
});

describe('recipients without a site', () => {
  it('are for messengers only whose package is imported', () => {
    compiled(() => [
      // @ts-expect-error: no such package is imported
      recipients('telex', '48'),
    ]);
  });

  it('are data only', ({ expect }) => {
    const given = [7];
    expect(recipients('telex' as never, given as never)).toEqual({ messenger: 'telex', addresses: given });
  });
});

describe('a message type', () => {
  const order = z.object({ id: z.number(), note: z.string().default('none') });
  const checked = defineMessageType({
    alias: 'order',
    title: 'Order',
    context: order,
    render: {
      default: (context) => {
        expectTypeOf(context).toEqualTypeOf<{ id: number; note: string }>();
        return { text: context.note };
      },
    },
  });
  const unchecked = defineMessageType<{ id: number }>({
    alias: 'unchecked',
    title: 'Unchecked',
    render: { default: ({ id }) => ({ text: String(id) }) },
  });

  it('is called with what its schema takes, and renders what its schema gives', () => {
    expectTypeOf(checked).toEqualTypeOf<MessageType<{ id: number; note?: string | undefined }, { id: number; note: string }>>();
    expectTypeOf(checked({ id: 7 })).toEqualTypeOf<Message>();
    compiled(() => [
      // @ts-expect-error: `id` is a number
      checked({ id: '7' }),
      // @ts-expect-error: `id` is missing
      checked({}),
      // @ts-expect-error: `id` is a number
      unchecked({ id: '7' }),
    ]);
  });

  it('renders a text, or HTML, or both', () => {
    compiled(() => [
      defineMessageType<object>({ alias: 'a', title: 'A', render: { default: () => ({ html: html`Hi` }) } }),
      defineMessageType<object>({ alias: 'a', title: 'A', render: { default: async () => ({ html: 'Hi', text: 'Hi' }) } }),
      // @ts-expect-error: neither of both
      defineMessageType<object>({ alias: 'a', title: 'A', render: { default: () => ({ subject: 'Hi' }) } }),
    ]);
  });

  it('renders for messengers whose package is imported, and by default', () => {
    const text = () => ({ text: 'Hi' });
    compiled(() => [
      defineMessageType<object>({ alias: 'a', title: 'A', render: { smtp: text, telegram: text, default: text } }),
      defineMessageType({ alias: 'a', title: 'A', context: order, render: { smtp: text } }),
      // @ts-expect-error: `smtp` is misspelled
      defineMessageType<object>({ alias: 'a', title: 'A', render: { smpt: text, default: text } }),
      // @ts-expect-error: `smtp` is misspelled
      defineMessageType({ alias: 'a', title: 'A', context: order, render: { smpt: text } }),
      // @ts-expect-error: `smtp` is misspelled
      overrideMessageType(unchecked, { render: { smpt: text } }),
    ]);
  });

  it('of the built-in ones takes what it says', () => {
    expectTypeOf(plain).parameter(0).toEqualTypeOf<{ text: string }>();
    expectTypeOf(emailPlain).parameter(0).toEqualTypeOf<{ subject: string; text: string }>();
    expectTypeOf(emailHtml).parameter(0).toEqualTypeOf<{ subject: string; html: Html }>();
    compiled(() => [
      // @ts-expect-error: a plain string may hold anything
      emailHtml({ subject: 'Hi', html: '<p>Hi</p>' }),
    ]);
  });

  it('of whatever context is one of a list', () => {
    expectTypeOf([checked, unchecked, plain]).toExtend<readonly AnyMessageType[]>();
  });
});

describe('a messenger', () => {
  it('has the alias of its definition, or the one that it is given', () => {
    expectTypeOf(pager({ token: 't' })).toEqualTypeOf<Messenger<'pager', number>>();
    expectTypeOf(fax()).toEqualTypeOf<Messenger<'fax', string>>();
    expectTypeOf(fax({ alias: 'second' })).toEqualTypeOf<Messenger<'second', string>>();
    compiled(() => [
      // @ts-expect-error: `token` is missing
      pager(),
      // @ts-expect-error: `token` is missing
      pager({ alias: 'second' }),
    ]);
  });

  it('of whatever recipients is one of a list, and can be tested', () => {
    expectTypeOf([pager({ token: 't' }), fax()]).toExtend<readonly AnyMessenger[]>();
    compiled(() => sendTestMessage(pager({ token: 't' }), 7));
  });
});
