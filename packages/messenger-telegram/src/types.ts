import type { CommonOptions, MadeBy } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/** The compiler shows the parts of a type that is looked up, and only the name of any other. */
interface Addresses {
  telegram: number | `${number}` | `@${string}` | MadeBy<'telegram.address(text)'>;
}

/**
 * The id of a chat (a user's, or that of a group or a channel, which are below zero), or the public name of a channel or a supergroup.
 * Users have no name here. `telegram.address(text)` makes one of any other string, such as one from a database.
 */
export type TelegramAddress = Addresses['telegram'];

export interface TelegramOptions {
  /** Of the bot, from @BotFather: `123456789:AA...`. */
  readonly token: string;
  /** `socks5://user:password@host:1080` or `http://...`; by the target's protocol, or from a function called for each session. Default: none. */
  readonly proxy?: ProxyOption;
  /** Of a Bot API server of your own (https://github.com/tdlib/telegram-bot-api). Default `https://api.telegram.org`. */
  readonly apiRoot?: string;
  /**
   * What is sent when a message has more than one form: `plain`, the `text` as it is; `HTML`, the `html` where there is one
   * (https://core.telegram.org/bots/api#html-style: its tags only, no `<p>`, no `<br>`); `MarkdownV2`, the `text`, which is markup then. What
   * has no text but `html` is sent as HTML in any case. Default `plain`.
   */
  readonly parseMode?: 'plain' | 'HTML' | 'MarkdownV2';
  /**
   * Beyond 4,096 characters: `fail`, or `split` into several messages, at the end of a line or between words where it can be; not for
   * MarkdownV2. When not all of them go through, the outcome is unknown, and with `onUnknown: 'resend'` all are sent again. Default `fail`.
   */
  readonly onTooLong?: 'fail' | 'split';
}

export interface TelegramButton {
  readonly text: string;
  readonly url: string;
}

/** What a message type may add: `render: { telegram: () => ({ text, telegram: { silent: true } }) }`. */
export interface TelegramContent {
  /** In place of the messenger's `parseMode`. */
  readonly parseMode?: TelegramOptions['parseMode'];
  /** Links under the message, row by row. Default: none. */
  readonly buttons?: readonly (readonly TelegramButton[])[];
  /** Arrives without a sound. Default false. */
  readonly silent?: boolean;
  /** Shows what the first link leads to. Default true. */
  readonly linkPreview?: boolean;
  /** Cannot be forwarded or saved. Default false. */
  readonly protect?: boolean;
  /** A URL, the `file_id` of a photo that Telegram has already, or the file itself; the text becomes its caption, of 1,024 characters at most. */
  readonly photo?: string | { readonly filename: string; readonly content: Uint8Array };
  /** The topic of a forum (`message_thread_id`). */
  readonly topic?: number;
}

declare module '@sitemessage/core' {
  interface Content {
    readonly telegram?: TelegramContent;
  }
  interface RegisteredMessengers {
    telegram: { address: TelegramAddress; options: TelegramOptions & CommonOptions };
  }
}
