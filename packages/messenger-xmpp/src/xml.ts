/** Namespaces of XMPP. */
export const ns = {
  streams: 'http://etherx.jabber.org/streams',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  streamManagement: 'urn:xmpp:sm:3',
  ping: 'urn:xmpp:ping',
  muc: 'http://jabber.org/protocol/muc',
  originId: 'urn:xmpp:sid:0',
} as const;

/**
 * Characters that XML cannot carry (https://www.w3.org/TR/xml/#charsets). Half of a surrogate pair is checked
 * apart.
 */
const forbidden = /[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Returns true for a text that XML can carry. */
export const isXmlText = (text: string): boolean => text.isWellFormed() && text.search(forbidden) === -1;

/**
 * Returns a text that XML can carry, with U+FFFD for every other character. One forbidden character would end
 * the stream, and with it all messages in flight. Its reader can do without that character.
 */
export const toXmlText = (text: string): string => text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(forbidden, '\ufffd');
