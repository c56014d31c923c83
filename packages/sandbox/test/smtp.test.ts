import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport, type SMTPTransportOptions } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.ts';

let sandbox: Sandbox<readonly ['smtp']>;
beforeEach(async () => {
  sandbox = await startSandbox({ protocols: ['smtp'] });
});
afterEach(() => sandbox.close());

const mail = {
  from: 'shop@example.com',
  to: 'ann@example.com',
  subject: 'Grüße',
  text: 'Hello Ann\n.hidden dot\n',
  html: '<p>Hello Ann</p>',
};

/** Makes a client that checks the certificate. */
function client(options: SMTPTransportOptions = {}) {
  const { host, port, user, password: pass, ca } = sandbox.smtp.options;
  return createTransport({
    host,
    port,
    requireTLS: true,
    auth: { user, pass },
    tls: { ca, servername: 'localhost' },
    connectionTimeout: 2_000,
    ...options,
  });
}
const send = (to: string = mail.to, options: SMTPTransportOptions = {}) => client(options).sendMail({ ...mail, to });

describe('the SMTP emulator', () => {
  it('keeps a mail as a reader sees it', async () => {
    await client().sendMail({
      ...mail,
      headers: { 'X-Order': '7' },
      attachments: [
        { filename: 'a.txt', content: 'attached' },
        { filename: 'i.png', content: Buffer.from('png'), cid: 'logo' },
      ],
    });
    const [message] = sandbox.inbox.to('ann@example.com');
    expect(message).toMatchObject({
      protocol: 'smtp',
      from: 'shop@example.com',
      subject: 'Grüße',
      text: mail.text.trimEnd(),
      html: expect.stringContaining('<p>Hello Ann</p>'),
    });
    expect(message?.headers['x-order']).toBe('7');
    expect(Object.fromEntries(message?.attachments.map(({ filename, contentId }) => [filename, contentId]) ?? [])).toEqual({
      'a.txt': undefined,
      'i.png': 'logo',
    });
    expect(message?.raw).toContain('Subject: =?UTF-8?');
    expect(sandbox.smtp.emulator.received()).toEqual([{ address: 'ann@example.com', text: mail.text.trimEnd() }]);
  });

  it('keeps one mail for each recipient of the envelope', async () => {
    await client().sendMail({ ...mail, cc: 'bob@example.com', bcc: 'eve@example.com' });
    expect(sandbox.inbox.all().map(({ address }) => address)).toEqual(['ann@example.com', 'bob@example.com', 'eve@example.com']);
  });

  it('keeps the address that came over the connection, also one that looks like a number to a URL', async () => {
    const commands = [
      'EHLO shop.example.com',
      'MAIL FROM:<shop@example.com>',
      'RCPT TO:<ann@0x7f.1>',
      'RCPT TO:<ann@xn--bcher-kva.example>',
      'DATA',
      'Subject: Hi\r\n\r\nHello\r\n.',
      'QUIT',
    ];
    const socket = connect(sandbox.smtp.ports.plain, '127.0.0.1');
    for await (const reply of socket.setEncoding('latin1')) {
      if (/^\d{3} .*\r\n$/m.test(reply)) socket.write(`${commands.shift()}\r\n`);
    }
    expect(sandbox.inbox.all().map(({ address }) => address)).toEqual(['ann@0x7f.1', 'ann@xn--bcher-kva.example']);
  });

  it('has a certificate that a client can check', async () => {
    await expect(send(mail.to, { tls: {} })).rejects.toMatchObject({ code: 'ESOCKET' });
    await expect(send(mail.to, { port: sandbox.smtp.ports.implicit, secure: true, requireTLS: false })).resolves.toBeDefined();
  });

  it('refuses a wrong password, and notes each login and if its connection was encrypted', async () => {
    await expect(send(mail.to, { auth: { user: 'eve', pass: 'wrong' } })).rejects.toMatchObject({ code: 'EAUTH', responseCode: 535 });
    await send(mail.to, { port: sandbox.smtp.ports.plain, requireTLS: false });
    expect(sandbox.smtp.logins()).toEqual([
      { user: 'eve', secure: true },
      { user: sandbox.smtp.options.user, secure: false },
    ]);
  });

  it('accepts an access token in place of the password', async () => {
    const { user } = sandbox.smtp.options;
    await send(mail.to, { auth: { type: 'OAuth2', user, accessToken: sandbox.smtp.accessToken } });
    await expect(send(mail.to, { auth: { type: 'OAuth2', user, accessToken: 'another' } })).rejects.toMatchObject({ code: 'EAUTH' });
  });

  it('offers no STARTTLS on its plain port', async () => {
    await expect(send(mail.to, { port: sandbox.smtp.ports.plain })).rejects.toMatchObject({ code: 'ETLS' });
    expect(sandbox.smtp.logins()).toEqual([]);
  });
});

describe('a fault', () => {
  it.each([
    { at: 'connect', reply: '421 4.3.2 Shutting down', code: 421 },
    { at: 'auth', reply: '454 4.7.0 Temporary authentication failure', code: 454 },
    { at: 'mail', reply: '550 5.7.1 Sender not allowed', code: 550 },
    { at: 'rcpt', reply: '550 5.1.1 No such user', code: 550 },
    { at: 'data', reply: '554 5.6.0 Content refused', code: 554 },
    { at: 'content', reply: '552 5.3.4 Message too big', code: 552 },
  ] as const)('answers at $at with a reply, once, and accepts no mail', async ({ at, reply, code }) => {
    sandbox.smtp.fail({ at, reply });
    await expect(send()).rejects.toMatchObject({ responseCode: code, response: expect.stringContaining(reply.slice(4)) });
    expect(sandbox.inbox.all()).toEqual([]);
    await send();
    expect(sandbox.inbox.all()).toHaveLength(1);
  });

  it.each(['connect', 'auth', 'mail', 'rcpt', 'data', 'content'] as const)(
    'closes the connection at %s, and accepts no mail',
    async (at) => {
      sandbox.smtp.fail({ at, drop: true });
      await expect(send()).rejects.toThrow();
      expect(sandbox.inbox.all()).toEqual([]);
    },
  );

  it('closes the connection after the mail is accepted', async () => {
    sandbox.smtp.fail({ at: 'taken', drop: true });
    await expect(send()).rejects.toThrow();
    expect(sandbox.inbox.all()).toHaveLength(1);
  });

  it('can give no answer', async () => {
    sandbox.smtp.fail({ at: 'rcpt', silent: true });
    await expect(send(mail.to, { socketTimeout: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('can delay the answer', async () => {
    sandbox.smtp.fail({ at: 'rcpt', delayMs: 20 });
    await send();
    expect(sandbox.inbox.all()).toHaveLength(1);
  });

  it('closes the connection after a 421', async () => {
    sandbox.smtp.fail({ at: 'mail', reply: '421 4.7.0 Too many messages from you' });
    const socket = connect(sandbox.smtp.ports.plain, '127.0.0.1');
    socket.setEncoding('utf8');
    let heard = '';
    socket.on('data', (text) => {
      heard += text;
      if (heard.endsWith('ready\r\n') || /^220 .*\r\n$/.test(heard)) socket.write('EHLO client\r\n');
      if (/250 .*\r\n$/.test(heard)) socket.write('MAIL FROM:<a@example.com>\r\n');
    });
    await once(socket, 'close');
    expect(heard).toMatch(/421 4\.7\.0 Too many messages from you\r\n$/);
  });

  it('strikes its recipient only, as often as it says, until it is removed', async () => {
    const lift = sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user', to: 'bob@example.com', times: Number.POSITIVE_INFINITY });
    await send('ann@example.com');
    for (let attempt = 0; attempt < 3; attempt++) await expect(send('bob@example.com')).rejects.toThrow();
    lift();
    await send('bob@example.com');
    expect(sandbox.inbox.all()).toHaveLength(2);
  });

  it('strikes by chance, the same for the same seed', async () => {
    const strikes = async (seed: number): Promise<string> => {
      await using other = await startSandbox({ protocols: ['smtp'], seed });
      other.smtp.fail({ at: 'rcpt', reply: '451 4.3.0 Try again', chance: 0.5, times: Number.POSITIVE_INFINITY });
      const transport = createTransport({
        host: '127.0.0.1',
        port: other.smtp.ports.plain,
        ignoreTLS: true,
        pool: true,
        maxConnections: 1,
      });
      let seen = '';
      for (let count = 0; count < 20; count++)
        await transport.sendMail(mail).then(
          () => {
            seen += '.';
          },
          () => {
            seen += 'x';
          },
        );
      transport.close();
      return seen;
    };
    const first = await strikes(3);
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
    expect(await strikes(3)).toBe(first);
    expect(await strikes(4)).not.toBe(first);
  });

  it('greylists matching recipients, and accepts the mail on the next attempt', async () => {
    sandbox.smtp.greylist((address) => address.startsWith('grey'), { attempts: 2 });
    await send('ann@example.com');
    for (let attempt = 0; attempt < 2; attempt++) await expect(send('grey1@example.com')).rejects.toMatchObject({ responseCode: 451 });
    await send('grey1@example.com');
    await expect(send('grey2@example.com')).rejects.toMatchObject({ responseCode: 451 });
    sandbox.smtp.heal();
    await send('grey2@example.com');
    expect(sandbox.inbox.all()).toHaveLength(3);
  });
});

describe('greylisting', () => {
  it.each<readonly [string, unknown, object]>([
    ['to', undefined, {}],
    ['to', ['grey@example.com'], {}],
    ['attempts', 'grey@example.com', { attempts: 0 }],
    ['attempts', 'grey@example.com', { attempts: -1 }],
    ['attempts', 'grey@example.com', { attempts: 1.5 }],
    ['attempt', 'grey@example.com', { attempt: 2 }],
  ])('is refused with an ArgumentError that names the field: %s in %o, %o', (field, to, options) => {
    const error = { name: 'ArgumentError', field, message: expect.stringContaining(`\`${field}\``) };
    expect(() => sandbox.smtp.greylist(to as never, options)).toThrow(expect.objectContaining(error));
  });
});

describe('the inbox', () => {
  it('ends a wait as soon as a matching mail arrives', async () => {
    const arrival = sandbox.inbox.waitFor(({ address }) => address === 'bob@example.com');
    const two = sandbox.inbox.waitFor(2);
    await send('ann@example.com');
    await send('bob@example.com');
    expect(await arrival).toMatchObject({ address: 'bob@example.com' });
    expect(await two).toHaveLength(2);
    expect([...sandbox.inbox]).toEqual(sandbox.inbox.all());
    expect(sandbox.inbox.find(({ subject }) => subject === 'Grüße')).toMatchObject({ address: 'ann@example.com' });
    sandbox.inbox.clear();
    expect(sandbox.inbox.all()).toEqual([]);
  });

  it('says how many messages there are when a wait ends in vain', async () => {
    await expect(sandbox.inbox.waitFor(1, { timeoutMs: 1 })).rejects.toThrow('no 1 messages within 1 ms. It has 0 messages');
  });
});

describe('connections', () => {
  it('are counted, and closed with the sandbox', async () => {
    const transport = client({ pool: true } as SMTPTransportOptions);
    await transport.sendMail(mail);
    expect(sandbox.smtp.emulator.connections()).toBe(1);
    expect(sandbox.smtp.connected()).toBe(1);
    await sandbox.close();
    expect(sandbox.smtp.emulator.connections()).toBe(0);
    transport.close();
  });
});
