import { randomUUID } from 'node:crypto';
import { escaped, tag } from './element.ts';
import type { XmppStanzaError } from './faults.ts';
import { domain, ns } from './names.ts';

/** Returns the header that begins the server's stream. */
export function streamHeader(): string {
  const header = { xmlns: ns.client, 'xmlns:stream': ns.streams, from: domain, id: randomUUID(), version: '1.0', 'xml:lang': 'en' };
  return `<?xml version='1.0'?>${tag('stream:stream', header).replace('</stream:stream>', '')}`;
}

/** Returns an error that ends the stream (RFC 6120, 4.9). */
export const streamError = (condition: string, text?: string): string =>
  tag('stream:error', {}, tag(condition, { xmlns: ns.streamErrors }) + textIn(ns.streamErrors, text));

/** Returns the failure of a login (RFC 6120, 6.4.5). */
export const saslFailure = (condition: string, text?: string): string =>
  tag('failure', { xmlns: ns.sasl }, tag(condition, {}) + textIn(undefined, text));

/** Returns a stanza error (RFC 6120, 8.3). `attrs` are those of the stanza, and `to` is the client's JID. */
export function stanzaError(
  name: string,
  attrs: Readonly<Record<string, string>>,
  to: string | undefined,
  { type, condition, text, by, movedTo = '' }: XmppStanzaError,
): string {
  const inside = tag(condition, { xmlns: ns.stanzaErrors }, escaped(movedTo)) + textIn(ns.stanzaErrors, text);
  return tag(name, { type: 'error', from: attrs.to, to, id: attrs.id }, tag('error', { type, by }, inside));
}

const textIn = (xmlns: string | undefined, text: string | undefined): string =>
  text === undefined ? '' : tag('text', { xmlns, 'xml:lang': 'en' }, escaped(text));

/** Returns the challenge or the success of SASL, in base64. */
export const saslReply = (name: 'challenge' | 'success', text: string): string =>
  tag(name, { xmlns: ns.sasl }, Buffer.from(text).toString('base64'));

/** Returns the result of binding a resource. */
export const bindResult = (id: string | undefined, jid: string): string =>
  tag('iq', { type: 'result', id }, tag('bind', { xmlns: ns.bind }, tag('jid', {}, escaped(jid))));
