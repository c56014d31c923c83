import { delivery, never, rejection, sandboxed, startRaw, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { composeMessage } from '../src/message.ts';
import { boundsAfterLogin, Reader } from '../src/reader.ts';
import { startRecordingRelay } from './recording-relay.ts';

const running = sandboxed('xmpp');
const header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
const flood = (markup: string): string => markup.repeat(4_000_000 / markup.length);

/** Texts of four megabytes each. */
const floods: Readonly<Record<string, string>> = {
  'open tags': flood('<a>'),
  'empty tags': flood('<a/>'),
  text: flood('x'),
  attributes: `<a ${Array.from({ length: 400_000 }, (_, index) => `b${index}=''`).join(' ')}`,
  'one attribute': `<a b='${flood('x')}`,
  'one name': `<${flood('x')}`,
};
const inClear = (port: number) => {
  const { ca: _, ...options } = running.sandbox.xmpp.options;
  return xmpp({ ...options, port, tls: 'none' });
};
const tooMuch = (characters: number, levels: number): RegExp =>
  new RegExp(`the XML of the server has (more than ${characters} characters|elements more than ${levels} deep)`);

describe('before the login, a server is read only up to the bounds', () => {
  const inFeatures = Object.entries(floods).map(([name, sent]) => [name, `<stream:features>${sent}`] as const);
  const beside = [['elements of a stream', flood('<message/>')] as const, ['spaces between elements', flood(' ')] as const];

  it.each([
    ...inFeatures.flatMap(([name, sent]) => [['starttls', name, sent] as const, ['none', name, sent] as const]),
    ...beside.map(([name, sent]) => ['none', name, sent] as const),
  ])('with %s, when it sends %s', async (tls, _, sent) => {
    await using server = await startRaw((socket) => void socket.write(`${header}${sent}`));
    const { ca: _ca, ...options } = running.sandbox.xmpp.options;
    const error = await rejection(xmpp({ ...options, port: server.port, tls }).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_connection', sessionLost: true });
    expect(error.message).toMatch(tooMuch(65_536, 100));
    await vi.waitUntil(() => server.connections() === 0);
  });
});

describe('after the login', () => {
  it.each(Object.entries(floods))('%s without an end end the connection, and the error says so', async (_, sent) => {
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    await withSession(inClear(relay.port), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = rejection(session.send(delivery('ann@example.com'), never()));
      await vi.waitUntil(() => relay.recorded().includes('<r '));
      relay.inject(`<message><body>${sent}`);
      const error = await sending;
      expect(error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
      expect(error.message).toMatch(tooMuch(1_048_576, 100_000));
      expect((await rejection(session.send(delivery('ann@example.com'), never()))).message).toMatch(tooMuch(1_048_576, 100_000));
    });
    await vi.waitUntil(() => relay.connections() === 0);
  });

  it.each([
    ['nests', `${'<a>'.repeat(74_000)}${'</a>'.repeat(74_000)}`],
    ['holds', '<a/>'.repeat(130_000)],
    ['says', 'x'.repeat(520_000)],
  ])('no stanza that a server passes on ends the session by how much it %s', async (_, inside) => {
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    await withSession(inClear(relay.port), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      relay.inject(`<message from='team@conference.localhost/Eve' type='groupchat'><body/>${inside}</message>`);
      await session.send(delivery('ann@example.com'), never());
    });
    expect(running.sandbox.inbox.all()).toHaveLength(2);
  });

  it('a refusal is found after the repeated message', async () => {
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    await withSession(inClear(relay.port), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sent = delivery('ann@example.com', { text: 'Hello', xmpp: { xhtml: '<br/>'.repeat(40_000) } });
      const refused = rejection(session.send(sent, never()));
      await vi.waitUntil(() => relay.recorded().includes('<r '));
      const repeated = composeMessage(sent).stanza.getChildElements().join('');
      const error = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
      relay.inject(`<message from='ann@example.com' type='error' id='${sent.id}'>${repeated}${error}</message>`);
      expect(await refused).toMatchObject({ code: 'xmpp_recipient_unknown' });
    });
  });
});

describe('a reader', () => {
  const stanza = (length: number): string =>
    `<message><body>${'x &amp; <a b="c">'.repeat(length / 30)}${'</a>'.repeat(length / 30)}</body></message>`;
  /** Returns the time to read a text in pieces of 7 characters, in milliseconds: the best of three. */
  const timeFor = (text: string): number => {
    const times = Array.from({ length: 3 }, () => {
      const reader = new Reader(boundsAfterLogin);
      let elements = 0;
      reader.on('element', () => {
        elements += 1;
      });
      const start = performance.now();
      reader.write(header);
      for (let at = 0; at < text.length; at += 7) reader.write(text.slice(at, at + 7));
      expect(elements).toBe(1);
      return performance.now() - start;
    });
    return Math.min(...times);
  };

  it('keeps three levels and 1,000 elements of a stanza', () => {
    const reader = new Reader(boundsAfterLogin);
    const counts: number[] = [];
    reader.on('element', (element) => counts.push(element.toString().length));
    const levels = `<message>${'<a>'.repeat(1_000)}${'</a>'.repeat(1_000)}</message>`;
    reader.write(`${header}${levels}<message>${'<a/>'.repeat(10_000)}</message>`);
    expect(counts).toEqual(['<message><a><a/></a></message>'.length, `<message>${'<a/>'.repeat(999)}</message>`.length]);
  });

  it('takes time in proportion to what it reads', () => {
    timeFor(stanza(60_000));
    expect(timeFor(stanza(900_000)) / timeFor(stanza(90_000))).toBeLessThan(30);
  });

  it.each([
    ['<!-- a -->', 'has a comment'],
    ['<!DOCTYPE a>', 'not well-formed'],
    ['<?a b?>', 'has a processing instruction'],
    ['<message>&nonsense;</message>', 'is not well-formed'],
    ['<message><a></message>', 'is not well-formed'],
    ['<message></iq>', 'is not well-formed'],
    ['<message>\u0001</message>', 'is not well-formed'],
    ['<message a="1" a="2"/>', 'is not well-formed'],
  ])('refuses %s, and reads nothing more', (said, problem) => {
    const reader = new Reader(boundsAfterLogin);
    const emitted: string[] = [];
    reader.on('error', ({ message }: Error) => emitted.push(message));
    reader.on('element', ({ name }) => emitted.push(name));
    reader.write(`${header}<iq/>${said}<presence/>`);
    reader.write('<presence/>');
    expect(emitted).toEqual(['iq', expect.stringContaining(problem)]);
  });
});
