/** The domain of the server. */
export const domain = 'localhost';
/** The domain of the rooms. */
export const roomsDomain: string = `conference.${domain}`;
/** The only account of the server. */
export const account = { user: 'sandbox', password: 'sandbox-password' } as const;

/** The namespaces that the server knows. */
export const ns = {
  client: 'jabber:client',
  streams: 'http://etherx.jabber.org/streams',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  session: 'urn:ietf:params:xml:ns:xmpp-session',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  management: 'urn:xmpp:sm:3',
  ping: 'urn:xmpp:ping',
  xhtmlIm: 'http://jabber.org/protocol/xhtml-im',
  xhtml: 'http://www.w3.org/1999/xhtml',
  muc: 'http://jabber.org/protocol/muc',
  mucUser: 'http://jabber.org/protocol/muc#user',
} as const;
