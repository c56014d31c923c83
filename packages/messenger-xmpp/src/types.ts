import type { CommonOptions } from '@sitemessage/core';

/** The account that sends, and where its server is. */
export interface XmppOptions {
  /** Who sends: `shop@example.com`, without a resource. Required. */
  readonly jid: string;
  /** Of the account. Required. */
  readonly password: string;
  /** Host name or IP address of the server. Default: the domain of `jid`; SRV records are not looked up. */
  readonly host?: string;
  /** Default: 5222, and 5223 with `implicit`. */
  readonly port?: number;
  /** `xmpp://host:port`, or `xmpps://host:port` for TLS from the first byte on. Default: none; it stands instead of `host` and `port`. */
  readonly service?: string;
  /**
   * `starttls` (the default) encrypts before anybody logs in, and refuses to work with a server that does not offer it; `implicit` encrypts
   * from the first byte on; `none` does not encrypt, and is for a server on this machine only. In each case the certificate has to be for the
   * domain of `jid`, wherever the server is.
   */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /** Certificates of a private authority to trust instead of the public ones, in PEM. Default: the public ones. */
  readonly ca?: string;
  /** What this connection of the account is called. Two that are called the same end one another. Default: the server makes one up, as for a
   * connection that is opened beside it. */
  readonly resource?: string;
  /**
   * `socks5://user:password@host:port` or `http://user:password@host:port`, parts percent-encoded. The proxy looks up the server's name, so
   * that `socks5h://` means the same as `socks5://`. Default: none.
   */
  readonly proxy?: string;
}

/** What a message type may say of an XMPP message beside the common content: `{ text, xmpp: { type: 'groupchat' } }`. */
export interface XmppContent {
  /** `groupchat` for a room, which is joined first (XEP-0045). Default: `chat`. */
  readonly type?: 'chat' | 'groupchat';
  /**
   * What clients that know XEP-0071 show instead of the text: the inside of a `<body>`, as well-formed XML, with the elements and attributes
   * that XEP-0071 recommends. The XEP is deprecated, and most clients show the text. Default: none; `html` is not sent.
   */
  readonly xhtml?: string;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    xmpp: { address: string; options: XmppOptions & CommonOptions };
  }
  interface Content {
    /** What only XMPP has. Default: nothing. */
    readonly xmpp?: XmppContent;
  }
}
