import type { CommonOptions } from '@sitemessage/core';

/** The server, the account and the sender of mails. */
export interface SmtpOptions {
  /** The sender: `shop@example.com` or `The shop <shop@example.com>`. Required. */
  readonly from: string;
  /**
   * The server and the account: `smtp://user:password@host:port`, or `smtps://...` when TLS comes first. User
   * and password are percent-encoded. `?tls=none` at its end stands for the option `tls`. It replaces `host`,
   * `port`, `user` and `password`. Default: none.
   */
  readonly url?: string;
  /** The host name or IP address of the server. Default: none. Required without `url`. */
  readonly host?: string;
  /** The port, from 1 to 65535. Default: 587 with `starttls`, 465 with `implicit`, 25 with `none`. */
  readonly port?: number;
  /** The account to log in with. Default: no login. */
  readonly user?: string;
  /** The password of the account, not percent-encoded. Default: no login. */
  readonly password?: string;
  /**
   * The OAuth2 token, or the secrets to fetch one, for a login by XOAUTH2 instead of a password. Default:
   * none.
   */
  readonly oauth2?: SmtpOAuth2;
  /**
   * The encryption. `starttls` encrypts before anything else, and refuses a server that does not offer it.
   * `implicit` begins with TLS. `none` does not encrypt, and logs in only to a server on this machine.
   * Default: `starttls`.
   */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /**
   * Certificates of a private authority, in PEM, to trust instead of the public ones. Default: the public
   * ones.
   */
  readonly ca?: string;
  /** The most connections that are open, and so the most mails in flight. Default: 5. */
  readonly connections?: number;
  /**
   * The proxy: `socks5://user:password@host:port`, `http://user:password@host:port` or `https://...`. User
   * and password are percent-encoded. The proxy looks up the server's name, so `socks5h://` means the same as
   * `socks5://`. Tokens of `oauth2` are fetched without it. Default: none.
   */
  readonly proxy?: string;
  /** The address for answers, written like `from`. Default: `from`. */
  readonly replyTo?: string;
  /** Headers of every mail. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The key that signs every mail. Default: none; the server may sign. */
  readonly dkim?: SmtpDkim;
  /** The name of the client in EHLO. Default: the machine's name. */
  readonly name?: string;
}

/** An access token that the application keeps fresh, or the secrets with which the messenger fetches one. */
export type SmtpOAuth2 =
  | {
      /** The access token. Required, unless it is fetched. */
      readonly accessToken: string;
      readonly refreshToken?: never;
    }
  | {
      /** The id of the application at the provider. Required. */
      readonly clientId: string;
      /** The secret of the application at the provider. Required. */
      readonly clientSecret: string;
      /** The token that the account's owner granted to the application. Required. */
      readonly refreshToken: string;
      /**
       * The token server: an https URL, or an http URL of this machine. Default: Google's,
       * https://accounts.google.com/o/oauth2/token.
       */
      readonly accessUrl?: string;
      readonly accessToken?: never;
    };

/**
 * The key that signs mails (RFC 6376). The public key is in the DNS, at
 * `<keySelector>._domainkey.<domainName>`.
 */
export interface SmtpDkim {
  /** The domain that vouches for the mail: that of `from`, or one above it. Required. */
  readonly domainName: string;
  /** The name of the key in the domain: `mail2026`. Required. */
  readonly keySelector: string;
  /** An RSA key without a passphrase, in PEM. Required. */
  readonly privateKey: string;
}

/**
 * The parts of a message for e-mail only, beside the common content: `{ subject, html, smtp: { replyTo } }`.
 */
export interface SmtpContent {
  /** The sender of this mail. Default: the messenger's. */
  readonly from?: string;
  /** The address for answers. Default: the messenger's. */
  readonly replyTo?: string;
  /**
   * Addresses that get a copy of the mail of every recipient, and again with every attempt. Nothing reports a
   * copy that the server refuses. Make an address a recipient when its copy matters. Default: nobody.
   */
  readonly cc?: readonly string[];
  /** Addresses that get a copy like `cc`, unseen by the others. Default: nobody. */
  readonly bcc?: readonly string[];
  /** Headers beside the messenger's. They replace those of the same name. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    smtp: { address: string; options: SmtpOptions & CommonOptions };
  }
  interface Content {
    /** The parts for e-mail only. Default: none. */
    readonly smtp?: SmtpContent;
  }
}
