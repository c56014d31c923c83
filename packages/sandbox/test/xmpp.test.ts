import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox, type XmppFault } from '../src/index.ts';

let sandbox: Sandbox<readonly ['xmpp']>;
beforeEach(async () => {
  sandbox = await startSandbox({ protocols: ['xmpp'] });
});
afterEach(() => sandbox.close());

/** A client that sends text, and keeps the answers. */
class Client {
  socket: Socket;
  heard = '';

  constructor(socket: Socket) {
    this.socket = socket;
    this.#listen();
  }

  #listen(): void {
    this.socket.on('error', () => undefined);
    this.socket.on('data', (data) => {
      this.heard += String(data);
    });
  }

  /** Sends a text, and forgets the answers that came before. */
  say(text: string): this {
    this.heard = '';
    this.socket.write(text);
    return this;
  }

  async until(what: string | RegExp): Promise<string> {
    while (typeof what === 'string' ? !this.heard.includes(what) : !what.test(this.heard)) await once(this.socket, 'data');
    return this.heard;
  }

  async encrypt(ca: string): Promise<void> {
    this.socket.removeAllListeners('data');
    this.socket = connectTls({ socket: this.socket, ca, servername: 'localhost' });
    this.#listen();
    await once(this.socket, 'secureConnect');
  }
}

const header = (to = 'localhost', version = '1.0') =>
  `<?xml version='1.0'?><stream:stream to='${to}' version='${version}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;
const sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const plain = (user: string, password: string) =>
  `<auth ${sasl} mechanism='PLAIN'>${Buffer.from(`\0${user}\0${password}`).toString('base64')}</auth>`;
const body = (text: string) => `<body>${text}</body>`;
const message = (inside: string, attributes = "to='ann@example.com' type='chat' id='m1'") => `<message ${attributes}>${inside}</message>`;
const ping = (id: string) => `<iq type='get' to='localhost' id='${id}'><ping xmlns='urn:xmpp:ping'/></iq>`;

const reach = async (port: number): Promise<Client> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return new Client(socket);
};

/** Opens a connection without TLS, and logs in. */
async function loggedIn(resource = 'desk'): Promise<Client> {
  const client = await reach(sandbox.xmpp.ports.plain);
  await client.say(header()).until('</stream:features>');
  await client.say(plain('sandbox', sandbox.xmpp.options.password)).until('<success');
  await client.say(header()).until('</stream:features>');
  const bind = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`;
  await client.say(`<iq type='set' id='b1'>${bind}</iq>`).until(`<jid>sandbox@localhost/${resource}</jid>`);
  return client;
}

describe('the XMPP emulator', () => {
  it('keeps a message as a reader sees it', async () => {
    const client = await loggedIn();
    const xhtml = "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>a <em>b</em></body></html>";
    const sent = message(`<subject>News</subject>${body('Grüße &lt;b> 世界\n')}${xhtml}<origin-id xmlns='urn:xmpp:sid:0' id='m1'/>`);
    await client.say(sent + ping('p1')).until("id='p1'");
    expect(client.heard).not.toContain('error');
    expect(sandbox.inbox.all()).toEqual([
      {
        protocol: 'xmpp',
        address: 'ann@example.com',
        from: 'sandbox@localhost/desk',
        subject: 'News',
        text: 'Grüße <b> 世界',
        html: 'a <em>b</em>',
        headers: { id: 'm1', type: 'chat' },
        attachments: [],
        raw: sent,
      },
    ]);
    expect(sandbox.xmpp.emulator.received()).toEqual([{ address: 'ann@example.com', text: 'Grüße <b> 世界' }]);
  });

  it('has TLS by STARTTLS, and offers nothing else before', async () => {
    const client = await reach(sandbox.xmpp.options.port);
    const features = await client.say(header()).until('</stream:features>');
    expect(features).toContain("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required></required></starttls>");
    expect(features).not.toContain('mechanism');
    await client.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").until('<proceed');
    await client.encrypt(sandbox.xmpp.options.ca);
    await client.say(header()).until('<mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism>');
    await client.say(plain('sandbox', 'wrong')).until('<not-authorized>');
    await client.say(plain('sandbox', sandbox.xmpp.options.password)).until('<success');
    expect(sandbox.xmpp.logins()).toEqual([
      { user: 'sandbox', mechanism: 'PLAIN', secure: true, servername: 'localhost' },
      { user: 'sandbox', mechanism: 'PLAIN', secure: true, servername: 'localhost' },
    ]);

    const early = await reach(sandbox.xmpp.options.port);
    await early.say(header()).until('</stream:features>');
    await early.say(plain('sandbox', sandbox.xmpp.options.password)).until('<policy-violation');
  });

  it('has TLS from the first byte', async () => {
    const socket = connectTls({
      port: sandbox.xmpp.ports.implicit,
      host: '127.0.0.1',
      ca: sandbox.xmpp.options.ca,
      ALPNProtocols: ['xmpp-client'],
    });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('xmpp-client');
    await new Client(socket).say(header()).until('<mechanism>');
  });

  it('gives a resource to the later client', async () => {
    const first = await loggedIn('desk');
    await loggedIn('desk');
    await first.until('<conflict');
    await vi.waitUntil(() => sandbox.xmpp.clients().length === 1 && sandbox.xmpp.emulator.connections() === 1);
  });

  it('counts stanzas for stream management, and resumes no stream', async () => {
    const client = await loggedIn();
    await client.say("<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>").until('<failed');
    await client.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>").until('<enabled');
    await client.say(`${message(body('One'))}${message(body('Two'))}<r xmlns='urn:xmpp:sm:3'/>`).until("h='2'");
  });

  it('handles stanzas in order, also after a delay', async () => {
    const client = await loggedIn();
    sandbox.xmpp.fail({ at: 'message', delayMs: 20 });
    sandbox.xmpp.fail({ at: 'message', error: { type: 'cancel', condition: 'item-not-found' }, to: 'bob@example.com' });
    const toBob = message(body('Two'), "to='bob@example.com' id='m2'");
    const heard = await client.say(`${message(body('One'))}${toBob}${message(body('Three'))}${ping('p1')}`).until("id='p1'");
    expect(heard.indexOf("id='m2'")).toBeLessThan(heard.indexOf("id='p1'"));
    expect(sandbox.inbox.all().map(({ text }) => text)).toEqual(['One', 'Three']);
  });
});

describe('the XMPP emulator is strict', () => {
  it.each([
    ['another domain', header('example.com'), 'host-unknown'],
    ['another version', header('localhost', '0.9'), 'unsupported-version'],
    ['another namespace', "<stream to='localhost'>", 'invalid-namespace'],
  ])('with %s', async (_, said, condition) => {
    const client = await reach(sandbox.xmpp.ports.plain);
    await client.say(said).until(`<${condition}`);
    await vi.waitUntil(() => sandbox.xmpp.emulator.connections() === 0);
  });

  it.each([
    ['a character that XML forbids', message(body('a\u0001b')), 'not-well-formed'],
    ['such a character written as a number', message(body('a&#1;b')), 'not-well-formed'],
    ['an entity', message(body('&nbsp;')), 'not-well-formed'],
    ['an element that is not closed', '<message></iq>', 'not-well-formed'],
    ['a comment', '<!-- a -->', 'not-well-formed'],
    ['more than 256 KiB', message(body('x'.repeat(262_144))), 'policy-violation'],
    ['1,000 nested elements', message(`${'<a>'.repeat(999)}${'</a>'.repeat(999)}`), 'policy-violation'],
    ['elements that are opened without an end', '<a>'.repeat(80_000), 'policy-violation'],
    ['the JID of another account', message(body('a'), "to='a@example.com' id='m1' from='eve@localhost'"), 'invalid-from'],
    ['another namespace', "<message xmlns='jabber:server' to='a@example.com' id='m1'/>", 'unsupported-stanza-type'],
    ['no stanza', '<greeting/>', 'unsupported-stanza-type'],
  ])('with %s, which ends the stream', async (_, said, condition) => {
    const client = await loggedIn();
    await client.say(said).until(`<${condition}`);
    await vi.waitUntil(() => sandbox.xmpp.emulator.connections() === 0);
    expect(sandbox.inbox.all()).toEqual([]);
  });

  it.each([
    ['a `to` that is no JID', message(body('a'), "to='ann smith@example.com' id='m1'"), 'bad-request'],
    ['a message for an occupant of a room', message(body('a'), "to='r@conference.localhost/ann' id='m1' type='groupchat'"), 'bad-request'],
    ['a groupchat for a person', message(body('a'), "to='ann@example.com' id='m1' type='groupchat'"), 'service-unavailable'],
    ['a message for the server', message(body('a'), "to='localhost' id='m1'"), 'service-unavailable'],
    ['a question without an id', "<iq type='get' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>", 'bad-request'],
    ['a question of another type', "<iq type='ask' id='m1' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>", 'bad-request'],
    ['a question about nothing', "<iq type='get' id='m1' to='localhost'/>", 'bad-request'],
    ['an unknown question', "<iq type='get' id='m1' to='localhost'><a xmlns='b:c'/></iq>", 'service-unavailable'],
    [
      'a question for somebody elsewhere',
      "<iq type='get' id='m1' to='a@example.com'><ping xmlns='urn:xmpp:ping'/></iq>",
      'service-unavailable',
    ],
  ])('with %s, which it refuses', async (_, said, condition) => {
    const client = await loggedIn();
    await client.say(said + ping('p1')).until("id='p1'");
    expect(client.heard).toContain(`<${condition}`);
    expect(sandbox.inbox.all()).toEqual([]);
  });

  it.each([
    ['no `to`, which is for the account itself', message(body('a'), "id='m1'"), 'sandbox@localhost'],
    ['no `id`', message(body('a'), "to='ann@example.com'"), 'ann@example.com'],
    ['an attribute', message(body('a'), "to='ann@example.com' id='m1' priority='1'"), 'ann@example.com'],
    ['a type', message(body('a'), "to='ann@example.com' id='m1' type='email'"), 'ann@example.com'],
    ['no body', message(''), 'ann@example.com'],
    ['an element', message(`${body('a')}<priority/>`), 'ann@example.com'],
    ['another origin', message(`${body('a')}<origin-id xmlns='urn:xmpp:sid:0' id='m2'/>`), 'ann@example.com'],
    ['text in between', message(`${body('a')}b`), 'ann@example.com'],
  ])('and accepts, as other servers do, a message with %s', async (_, said, address) => {
    const client = await loggedIn();
    await client.say(said + ping('p1')).until("id='p1'");
    expect(client.heard).not.toContain('error');
    expect(sandbox.inbox.all()).toMatchObject([{ address }]);
  });

  it.each([
    ['in one element', `<auth>${'x'.repeat(10_000)}</auth>`],
    ['without an end', 'x'.repeat(10_001)],
    ['of open tags', '<a>'.repeat(1_300_000)],
  ])('with more than 10,000 bytes before anybody is logged in, %s', async (_, said) => {
    const client = await reach(sandbox.xmpp.options.port);
    await client.say(header()).until('</stream:features>');
    await client.say(said).until('<policy-violation');
    await vi.waitUntil(() => sandbox.xmpp.emulator.connections() === 0);
  });

  it('before anybody is logged in', async () => {
    const client = await reach(sandbox.xmpp.ports.plain);
    await client.say(header()).until('</stream:features>');
    await client.say(message(body('a'))).until('<not-authorized');
  });

  it.each([
    ['a mechanism', `<auth ${sasl} mechanism='ANONYMOUS'/>`, 'invalid-mechanism'],
    ['a message that is not SCRAM', `<auth ${sasl} mechanism='SCRAM-SHA-1'>aGVsbG8=</auth>`, 'malformed-request'],
    ['a response to nothing', `<response ${sasl}/>`, 'malformed-request'],
  ])('with %s, which it refuses at the login', async (_, said, condition) => {
    const client = await reach(sandbox.xmpp.ports.plain);
    await client.say(header()).until('</stream:features>');
    await client.say(said).until(`<${condition}`);
  });
});

describe('SCRAM', () => {
  /** Returns the last answer of the server. */
  async function logIn(gs2: string, { name = 'sandbox', more = '', channel = gs2 } = {}): Promise<string> {
    const client = await reach(sandbox.xmpp.ports.plain);
    await client.say(header()).until('</stream:features>');
    const first = `n=${name},r=abc${more}`;
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const auth = `<auth ${sasl} mechanism='SCRAM-SHA-1'>${base64(gs2 + first)}</auth>`;
    const heard = await client.say(auth).until(/<\/challenge>|<\/failure>/);
    const [, said] = /<challenge [^>]+>([^<]+)</.exec(heard) ?? [];
    if (said === undefined) return heard;
    const challenge = Buffer.from(said, 'base64').toString();
    const [, nonce = '', salt = '', iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(challenge) ?? [];
    const salted = pbkdf2Sync(sandbox.xmpp.options.password, Buffer.from(salt, 'base64'), Number(iterations), 20, 'sha1');
    const key = createHmac('sha1', salted).update('Client Key').digest();
    const last = `c=${base64(channel)},r=${nonce}`;
    const signature = createHmac('sha1', createHash('sha1').update(key).digest()).update(`${first},${challenge},${last}`).digest();
    const proof = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64');
    return client.say(`<response ${sasl}>${base64(`${last},p=${proof}`)}</response>`).until(/<\/success>|<\/failure>/);
  }

  it.each([
    ['n,,', {}],
    ['y,,', {}],
    ['n,a=sandbox,', {}],
    ['y,a=sandbox@localhost,', {}],
    ['n,a=some=2Cbody=3D,', {}],
    ['n,,', { more: ',x=1' }],
    ['n,,', { name: 'SandBox' }],
  ])('takes the header %s, with %j', async (gs2, more) => {
    expect(await logIn(gs2, more)).toContain('<success');
  });

  it.each([
    ['p=tls-unique,,', {}, 'not-authorized'],
    ['z,,', {}, 'malformed-request'],
    ['n,', {}, 'malformed-request'],
    ['n,,', { channel: 'y,,' }, 'malformed-request'],
    ['n,,', { name: 'sand=box' }, 'malformed-request'],
    ['n,,', { name: 'somebody' }, 'not-authorized'],
  ])('refuses the header %s, with %j: %s', async (gs2, more, condition) => {
    expect(await logIn(gs2, more)).toContain(`<${condition}`);
  });
});

describe('a room', () => {
  const room = 'team@conference.localhost';
  const enter = `<presence to='${room}/shop'><x xmlns='http://jabber.org/protocol/muc'/></presence>`;
  const toRoom = message(body('Hello'), `to='${room}' type='groupchat' id='m1'`);

  it('accepts messages from its occupants only, and sends them to all occupants', async () => {
    const [client, other] = [await loggedIn('one'), await loggedIn('two')];
    await client.say(toRoom).until('<not-acceptable');
    await client.say(enter).until("<status code='110'>");
    await other.say(enter).until("<status code='110'>");
    client.say(toRoom);
    for (const one of [client, other]) expect(await one.until('<body>Hello</body>')).toContain(`from='${room}/shop'`);
    expect(sandbox.inbox.to(room)).toHaveLength(1);
  });

  it('sends a new occupant the others, its own presence and the subject, and tells the others', async () => {
    const [client, other, third] = [await loggedIn('one'), await loggedIn('two'), await loggedIn('three')];
    const enterAs = (name: string) => enter.replace('/shop', `/${name}`);
    const subject = `<message from='${room}' to='sandbox@localhost/two' type='groupchat'><subject></subject></message>`;
    await client.say(enterAs('Ann')).until('</subject></message>');
    const heard = await other.say(enterAs('Bob')).until(subject);
    expect(
      [...heard.matchAll(/from='team@conference.localhost\/(\w+)'|<status code='(110)'>|<(subject)>/g)].map(([found]) => found),
    ).toEqual([`from='${room}/Ann'`, `from='${room}/Bob'`, "<status code='110'>", '<subject>']);
    await client.until(`from='${room}/Bob'`);
    // Two sessions with the same nickname are one occupant.
    await third.say(enterAs('Bob')).until('</subject></message>');
    other.socket.destroy();
    await vi.waitUntil(() => sandbox.xmpp.clients().length === 2);
    await client.say(ping('p1')).until("id='p1'");
    expect(client.heard).not.toContain('unavailable');
    await third.say(`<presence to='${room}/Bob' type='unavailable'/>`).until("type='unavailable'");
    await client.until(/from='team@conference.localhost\/Bob' [^>]*type='unavailable'/);
  });

  it('does not exist after it was removed, and is not entered without a nickname or a `muc` element', async () => {
    const client = await loggedIn();
    await client.say(`<presence to='${room}'><x xmlns='http://jabber.org/protocol/muc'/></presence>${ping('p1')}`).until("id='p1'");
    expect(client.heard).not.toContain('<presence');
    await client.say(`<presence to='${room}/shop'/>`).until('<item-not-found');
    await client.say(enter).until('</subject></message>');
    sandbox.xmpp.remove(room);
    await client.say(toRoom).until('<item-not-found');
  });

  it('exists again when a client enters it, and removes its occupants on demand', async () => {
    sandbox.xmpp.remove(room);
    const client = await loggedIn();
    await client.say(enter).until("<status code='201'>");
    sandbox.xmpp.kick(room);
    await client.until("<status code='307'>");
    await client.say(enter).until("<status code='110'>");
    expect(client.heard).not.toContain('201');
    await client.say(`<presence to='${room}/shop' type='unavailable'/>`).until("type='unavailable'");
    await client.say(toRoom).until('<not-acceptable');
  });
});

describe('a fault', () => {
  it.each<XmppFault>([
    { at: 'connect', stream: 'system-shutdown', text: 'Later' },
    { at: 'auth', stream: 'system-shutdown', text: 'Later' },
    { at: 'bind', stream: 'system-shutdown', text: 'Later' },
  ])('at $at ends the stream', async (fault) => {
    sandbox.xmpp.fail(fault);
    const client = await reach(sandbox.xmpp.ports.plain);
    client.say(header());
    if (fault.at !== 'connect') {
      await client.until('</stream:features>');
      client.say(plain('sandbox', sandbox.xmpp.options.password));
    }
    if (fault.at === 'bind') {
      await client.until('<success');
      client.say(`${header()}<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`);
    }
    expect(await client.until('</stream:stream>')).toMatch(
      /<stream:error><system-shutdown [^>]+><\/system-shutdown><text [^>]+>Later<\/text>/,
    );
  });

  it('changes the iterations of SCRAM, and the signature of the server', async () => {
    sandbox.xmpp.fail({ at: 'challenge', iterations: 7 });
    const client = await reach(sandbox.xmpp.ports.plain);
    await client.say(header()).until('</stream:features>');
    const auth = `<auth ${sasl} mechanism='SCRAM-SHA-1'>${Buffer.from('n,,n=sandbox,r=abc').toString('base64')}</auth>`;
    const [, challenge = ''] = /<challenge [^>]+>([^<]+)</.exec(await client.say(auth).until('</challenge>')) ?? [];
    expect(Buffer.from(challenge, 'base64').toString()).toMatch(/^r=abc[^,]+,s=[^,]+,i=7$/);

    for (const [signature, words] of [
      ['d3Jvbmc=', 'v=d3Jvbmc='],
      ['', ''],
    ] as const) {
      sandbox.xmpp.fail({ at: 'auth', signature });
      const other = await reach(sandbox.xmpp.ports.plain);
      await other.say(header()).until('</stream:features>');
      const [, success] =
        /<success [^>]+>([^<]*)</.exec(await other.say(plain('sandbox', sandbox.xmpp.options.password)).until('</success>')) ?? [];
      expect(Buffer.from(success ?? 'none', 'base64').toString()).toBe(words);
    }
  });

  it('can be any stanza error, with the server that reports it', async () => {
    const client = await loggedIn();
    sandbox.xmpp.fail({
      at: 'message',
      error: { type: 'modify', condition: 'redirect', movedTo: 'xmpp:a@b', by: 'example.com', text: '<no>' },
    });
    const heard = await client.say(message(body('a')) + ping('p1')).until("id='p1'");
    expect(heard).toContain(
      "<message type='error' from='ann@example.com' to='sandbox@localhost/desk' id='m1'><error type='modify' by='example.com'>",
    );
    expect(heard).toContain("<redirect xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:a@b</redirect>");
    expect(heard).toContain('&lt;no&gt;');
    expect(sandbox.inbox.all()).toEqual([]);
  });

  it.each(['message', 'taken'] as const)('closes the connection at %s', async (at) => {
    const client = await loggedIn();
    sandbox.xmpp.fail({ at, drop: true });
    client.say(message(body('a')) + ping('p1'));
    await once(client.socket, 'close');
    expect(client.heard).toBe('');
    expect(sandbox.inbox.all()).toHaveLength(at === 'taken' ? 1 : 0);
  });

  it('holds an answer back, and nothing else', async () => {
    const client = await loggedIn();
    sandbox.xmpp.fail({ at: 'answer', silent: true });
    await client.say(`${ping('p1')}${message(body('a'))}${ping('p2')}`).until("id='p2'");
    expect(client.heard).not.toContain("id='p1'");
    expect(sandbox.inbox.all()).toHaveLength(1);
  });

  it('strikes its recipient only, as often as it says, until it is removed', async () => {
    const client = await loggedIn();
    const lift = sandbox.xmpp.fail({ at: 'message', stream: 'reset', to: (address) => address.startsWith('bob'), times: 2 });
    lift();
    sandbox.xmpp.fail({ at: 'message', error: { type: 'wait', condition: 'policy-violation' }, to: 'ann@example.com', times: 2 });
    for (const id of ['p1', 'p2', 'p3'])
      await client.say(message(body('a')) + message(body('b'), "to='bob@example.com' id='m2'") + ping(id)).until(`id='${id}'`);
    expect(sandbox.inbox.to('ann@example.com')).toHaveLength(1);
    expect(sandbox.inbox.to('bob@example.com')).toHaveLength(3);
    sandbox.xmpp.fail({ at: 'message', silent: true });
    sandbox.xmpp.heal();
    await client.say(message(body('a')) + ping('p4')).until("id='p4'");
  });

  it.each([
    ['at', { at: 'sent', drop: true }],
    ['to', { at: 'message', drop: true, to: 7 }],
    ['to', { at: 'auth', drop: true, to: 'ann@example.com' }],
    ['fault', { at: 'message' }],
    ['fault', { at: 'message', drop: true, silent: true }],
    ['at', { drop: true }],
    ['time', { at: 'message', drop: true, time: 2 }],
    ['drop', { at: 'message', drop: 'yes' }],
    ['silent', { at: 'message', silent: false }],
    ['error', { at: 'auth', error: { type: 'cancel', condition: 'conflict' } }],
    ['error', { at: 'message', error: { type: 'never', condition: 'conflict' } }],
    ['error', { at: 'message', error: { type: 'wait', condition: 'no such' } }],
    ['sasl', { at: 'message', sasl: 'not-authorized' }],
    ['sasl', { at: 'auth', sasl: 'Not authorized' }],
    ['stream', { at: 'message', stream: '<reset/>' }],
    ['text', { at: 'message', drop: true, text: 'No' }],
    ['iterations', { at: 'challenge', iterations: 0 }],
    ['iterations', { at: 'auth', iterations: 4_096 }],
    ['signature', { at: 'auth', signature: 7 }],
    ['delayMs', { at: 'message', delayMs: -1 }],
    ['times', { at: 'message', drop: true, times: 0 }],
    ['chance', { at: 'message', drop: true, chance: 2 }],
  ])('with a wrong `%s` is refused with an ArgumentError: %o', (field, fault) => {
    expect(() => sandbox.xmpp.fail(fault as XmppFault)).toThrow(expect.objectContaining({ name: 'ArgumentError', field }));
  });
});
