import type { CommonOptions } from '@sitemessage/core';

/** The account that sends, and its server. */
export interface XmppOptions {
  /** The account: `shop@example.com`, without a resource. Required. */
  readonly jid: string;
  /** The password of the account. Required. */
  readonly password: string;
  /**
   * The host name or IP address of the server. SRV records are not looked up. Default: the domain of `jid`.
   */
  readonly host?: string;
  /** The port, from 1 to 65535. Default: 5222, or 5223 with `implicit`. */
  readonly port?: number;
  /**
   * The server: `xmpp://host:port`, or `xmpps://host:port` when TLS comes first. It replaces `host` and
   * `port`. Default: none.
   */
  readonly service?: string;
  /**
   * The encryption. `starttls` encrypts before the login, and refuses a server that does not offer it.
   * `implicit` begins with TLS. `none` does not encrypt, and is only for a server on this machine. The
   * certificate must be for the domain of `jid`, wherever the server is. Default: `starttls`.
   */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /**
   * Certificates of a private authority, in PEM, to trust instead of the public ones. Default: the public
   * ones.
   */
  readonly ca?: string;
  /**
   * The name of this connection of the account. A second connection with the same name ends the first.
   * Default: the server makes one up, as it always does for the connection of suspects.
   */
  readonly resource?: string;
  /**
   * The proxy: `socks5://user:password@host:port`, `http://user:password@host:port` or `https://...`. User
   * and password are percent-encoded. The proxy looks up the server's name, so `socks5h://` means the same as
   * `socks5://`. Default: none.
   */
  readonly proxy?: string;
}

/**
 * The parts of a message for XMPP only, beside the common content: `{ text, xmpp: { type: 'groupchat' } }`.
 */
export interface XmppContent {
  /**
   * The type of the message. `groupchat` is for a room, which is joined first (XEP-0045). Default: `chat`.
   */
  readonly type?: 'chat' | 'groupchat';
  /**
   * The inside of a `<body>`, which clients with XEP-0071 show instead of the text. It is well-formed XML,
   * with the elements and attributes that XEP-0071 recommends. The XEP is deprecated, and most clients show
   * the text. `html` is not sent. Default: none.
   */
  readonly xhtml?: string;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    xmpp: { address: string; options: XmppOptions & CommonOptions };
  }
  interface Content {
    /** The parts for XMPP only. Default: none. */
    readonly xmpp?: XmppContent;
  }
}
