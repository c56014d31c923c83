import type { CommonOptions } from '@sitemessage/core';

/** Where the mail goes out, and as whom. */
export interface SmtpOptions {
  /** Who it is from: `shop@example.com` or `The shop <shop@example.com>`. */
  readonly from: string;
  /** `smtp://user:password@host:port`, or `smtps://...` for TLS from the first byte on; parts percent-encoded. Instead of `host`, `port`, `user` and `password`. */
  readonly url?: string;
  /** Host name or IP address. Default: none; give it or `url`. */
  readonly host?: string;
  /** Default: 587 with `starttls`, 465 with `implicit`, 25 with `none`. */
  readonly port?: number;
  /** Default: no login. */
  readonly user?: string;
  readonly password?: string;
  /** Instead of `password`: logs in by XOAUTH2. */
  readonly oauth2?: SmtpOAuth2;
  /**
   * `starttls` (the default) encrypts before anything else is said, and refuses to work with a server that does not offer it; `implicit` encrypts
   * from the first byte on; `none` does not encrypt, and logs in to a server on this machine only.
   */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /** Certificates of a private authority to trust instead of the public ones, in PEM. Default: the public ones. */
  readonly ca?: string;
  /** Connections that are open at most, which is how many mails are in flight. Default 5. */
  readonly connections?: number;
  /** `socks5://user:password@host:port` or `http://user:password@host:port`, parts percent-encoded. The proxy looks up the server's name. Default: none. */
  readonly proxy?: string;
  /** Where answers go. Default: to `from`. */
  readonly replyTo?: string;
  /** Headers of every mail. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Signs every mail. Default: the server does, or nobody. */
  readonly dkim?: SmtpDkim;
  /** What the client calls itself in EHLO. Default: the machine's name. */
  readonly name?: string;
}

/** Either a token that somebody else keeps fresh, or what it takes to fetch one. */
export type SmtpOAuth2 =
  | { readonly accessToken: string; readonly refreshToken?: never }
  | {
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      /** Where tokens are fetched: an https URL, or http to this machine. Default: Google's, https://accounts.google.com/o/oauth2/token. */
      readonly accessUrl?: string;
      readonly accessToken?: never;
    };

export interface SmtpDkim {
  readonly domainName: string;
  readonly keySelector: string;
  /** In PEM. */
  readonly privateKey: string;
}

/** What a message type may say of an e-mail beside the common content: `{ subject, html, smtp: { replyTo } }`. */
export interface SmtpContent {
  /** Default: the messenger's. */
  readonly from?: string;
  /** Default: the messenger's. */
  readonly replyTo?: string;
  /** Everybody here gets a copy of the mail of every recipient. */
  readonly cc?: readonly string[];
  /** The same, unseen. */
  readonly bcc?: readonly string[];
  /** Beside the messenger's; replaces those of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    smtp: { address: string; options: SmtpOptions & CommonOptions };
  }
  interface Content {
    readonly smtp?: SmtpContent;
  }
}
