import { createSitemessage, defineMessageType, html, subscribers } from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import { memoryStorage } from '@sitemessage/core/memory';
import { smtp } from '@sitemessage/messenger-smtp';
import { startSandbox } from '@sitemessage/sandbox';
import { expect, it, onTestFinished } from 'vitest';
import { createWebHandler } from '../src/index.ts';

const secret = 'a-secret-that-nobody-can-guess-1';
const url = 'https://shop.example/messages';

interface User {
  readonly id: number;
  readonly email: string;
}

const users: readonly User[] = [
  { id: 1, email: 'ann@example.com' },
  { id: 2, email: 'bob@example.com' },
];

const newsletter = defineMessageType<{ week: number }>({
  alias: 'newsletter',
  title: 'Newsletter',
  render: {
    smtp: ({ week }, { links }) => ({
      subject: `Week ${week}`,
      html: html`<p>News.</p><p><a href="${links.preferences}">Preferences</a> <a href="${links.unsubscribe}">Unsubscribe</a></p><img src="${links.pixel}" alt="">`,
    }),
  },
});

async function setUp() {
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(() => sandbox.close());
  const site = createSitemessage({
    storage: memoryStorage(),
    messengers: [smtp(sandbox.smtp.options)],
    messageTypes: [newsletter],
    addressOf: ({ email }: User) => email,
    userId: ({ id }: User) => id,
    resolveUsers: (ids) => users.filter(({ id }) => ids.includes(String(id))),
    links: createLinks({ url, secret }),
  });
  onTestFinished(() => site.close());
  await site.subscribe(newsletter, site.recipients('smtp', [...users, 'ann@example.com', 'carl@example.com']));
  const send = async (week: number) => {
    sandbox.inbox.clear();
    await site.scheduleMessages(newsletter({ week }), subscribers);
    await site.sendScheduledMessages();
    return sandbox.inbox
      .all()
      .map(({ address }) => address)
      .toSorted();
  };
  return { sandbox, site, send };
}

it('a newsletter has one-click unsubscribe (RFC 8058, RFC 2369), which ends it for the recipient', async () => {
  const { sandbox, site, send } = await setUp();
  const handler = createWebHandler(site, { basePath: '/messages', secret });
  expect(await send(1)).toEqual(['ann@example.com', 'bob@example.com', 'carl@example.com']);

  for (const { headers, raw } of sandbox.inbox.all()) {
    // RFC 2369, 2 wants URLs in angle brackets, without white space. RFC 8058, 3.1 wants one https URL,
    // and exactly this field.
    expect(headers['list-unsubscribe']).toMatch(/^<https:\/\/[!-;=?-~]+>$/);
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    // RFC 5322, 2.1.1.
    for (const line of String(raw).split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  }
  const linkOf = (address: string): string => sandbox.inbox.to(address)[0]?.headers['list-unsubscribe']?.slice(1, -1) ?? '';
  expect(new Set(sandbox.inbox.all().map(({ address }) => linkOf(address))).size).toBe(3);

  // A scanner that opens every link of a mail changes nothing.
  const mail = sandbox.inbox.to('ann@example.com')[0]?.html ?? '';
  const links = [...mail.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
  expect(links).toHaveLength(3);
  for (const link of links) expect((await handler(new Request(link))).status).toBe(200);
  expect(await Array.fromAsync(site.list({ outcome: 'read' }))).toMatchObject([{ address: 'ann@example.com' }]);
  const unsubscribe = linkOf('ann@example.com');
  expect(await send(2)).toEqual(['ann@example.com', 'bob@example.com', 'carl@example.com']);

  const click = { method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  const clicked = await handler(new Request(unsubscribe, click));
  expect(clicked.status).toBe(200);
  expect(await send(3)).toEqual(['bob@example.com', 'carl@example.com']);
  expect((await site.getUserPreferences(1)).types.find(({ alias }) => alias === 'newsletter')?.choices).toMatchObject([
    { isSubscribed: false },
  ]);
});

it('a message that was prepared before the click is not sent', async () => {
  const { sandbox, site, send } = await setUp();
  const handler = createWebHandler(site, { basePath: '/messages', secret });
  await send(1);
  const unsubscribe = sandbox.inbox.to('bob@example.com')[0]?.headers['list-unsubscribe']?.slice(1, -1) ?? '';
  sandbox.inbox.clear();
  await site.scheduleMessages(newsletter({ week: 2 }), subscribers);
  await site.prepareDispatches();
  await handler(new Request(unsubscribe, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }));
  expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, skipped: 1 });
  expect(sandbox.inbox.to('bob@example.com')).toEqual([]);
});
