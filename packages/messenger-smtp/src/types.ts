import type { CommonOptions } from '@sitemessage/core';

/** Where the mail goes out, and as whom. */
export interface SmtpOptions {
  /** Who it is from: `shop@example.com` or `The shop <shop@example.com>`. Required. */
  readonly from: string;
  /** `smtp://user:password@host:port`, or `smtps://...` for TLS from the first byte on; parts percent-encoded, `?tls=none` at its end for the option `tls`. Default: none; it stands instead of `host`, `port`, `user` and `password`. */
  readonly url?: string;
  /** Host name or IP address. Default: none; give it or `url`. */
  readonly host?: string;
  /** Default: 587 with `starttls`, 465 with `implicit`, 25 with `none`. */
  readonly port?: number;
  /** The account to log in with. Default: no login. */
  readonly user?: string;
  /** Its password, not percent-encoded. Default: no login. */
  readonly password?: string;
  /** Logs in as `user` by XOAUTH2, instead of with a password. Default: none. */
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
  /**
   * `socks5://user:password@host:port`, `http://user:password@host:port` or `https://...`, parts percent-encoded. The proxy looks up the
   * server's name, so that `socks5h://` means the same as `socks5://`. Tokens of `oauth2` are fetched without it. Default: none.
   */
  readonly proxy?: string;
  /** Where answers go: an address as in `from`. Default: to `from`. */
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
  | {
      /** Required, unless it is to be fetched. */
      readonly accessToken: string;
      readonly refreshToken?: never;
    }
  | {
      /** Of the application, as the provider has registered it. Required. */
      readonly clientId: string;
      /** Of the application. Required. */
      readonly clientSecret: string;
      /** What the account's owner let the application have. Required. */
      readonly refreshToken: string;
      /** Where tokens are fetched: an https URL, or http to this machine. Default: Google's, https://accounts.google.com/o/oauth2/token. */
      readonly accessUrl?: string;
      readonly accessToken?: never;
    };

/** What signs a mail (RFC 6376). The public key is in the DNS, at `<keySelector>._domainkey.<domainName>`. */
export interface SmtpDkim {
  /** The domain that vouches for the mail, which is that of `from` or above it: `example.com`. Required. */
  readonly domainName: string;
  /** Which of the domain's keys it is: `mail2026`. Required. */
  readonly keySelector: string;
  /** An RSA key without a passphrase, in PEM. Required. */
  readonly privateKey: string;
}

/** What a message type may say of an e-mail beside the common content: `{ subject, html, smtp: { replyTo } }`. */
export interface SmtpContent {
  /** Who this mail is from. Default: the messenger's. */
  readonly from?: string;
  /** Where answers go. Default: the messenger's. */
  readonly replyTo?: string;
  /**
   * Addresses that get a copy of the mail of every recipient, and again with every attempt. The result is the recipient's alone: a copy
   * that the server refuses is lost without a word. Make them recipients of their own when they matter. Default: nobody.
   */
  readonly cc?: readonly string[];
  /** The same, unseen by the others. Default: nobody. */
  readonly bcc?: readonly string[];
  /** Beside the messenger's; replaces those of the same name. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    smtp: { address: string; options: SmtpOptions & CommonOptions };
  }
  interface Content {
    /** What only e-mail has. Default: nothing. */
    readonly smtp?: SmtpContent;
  }
}
