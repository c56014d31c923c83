import type { CommonOptions, MadeBy } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/**
 * An indexed type, because the compiler's errors show its parts. Of a plain alias they show only the name.
 */
interface Addresses {
  telegram: number | `${number}` | `@${string}` | MadeBy<'telegram.address(text)'>;
}

/**
 * The id of a chat, or the public name of a channel or a supergroup. The id of a user is above zero, that of
 * a group or a channel below. The names of users are not addresses. `telegram.address(text)` makes an address
 * of a string, for example from a database.
 */
export type TelegramAddress = Addresses['telegram'];

export interface TelegramOptions {
  /** The bot's token from @BotFather: `123456789:AA...`. */
  readonly token: string;
  /**
   * The URL of a proxy: `socks5://user:password@host:1080` or `http://...`. Also one URL for each protocol of
   * `apiRoot`, or a function, which is called for each session. Default: none.
   */
  readonly proxy?: ProxyOption;
  /**
   * The URL of the Bot API, for example of a server that you run (https://github.com/tdlib/telegram-bot-api).
   * Default `https://api.telegram.org`.
   */
  readonly apiRoot?: string;
  /**
   * The format to send. `plain` sends the `text` as it is. `HTML` sends the `html` where there is one, with
   * Telegram's tags only: no `<p>`, no `<br>` (https://core.telegram.org/bots/api#html-style). `MarkdownV2`
   * sends the `text` as markup. A message with `html` and no text is always sent as HTML. Default `plain`.
   */
  readonly parseMode?: 'plain' | 'HTML' | 'MarkdownV2';
  /**
   * The handling of a text of more than 4,096 characters. `fail` refuses it. `split` sends several messages,
   * split at the end of a line or between words where possible. MarkdownV2 and captions are not split. If a
   * later part fails, the outcome is unknown, and `onUnknown: 'resend'` sends all parts again. Default
   * `fail`.
   */
  readonly onTooLong?: 'fail' | 'split';
}

/** A link under a message. */
export interface TelegramButton {
  readonly text: string;
  readonly url: string;
}

/**
 * The Telegram part of a message's content: `render: { telegram: () => ({ text, telegram: { silent: true } })
 * }`.
 */
export interface TelegramContent {
  /** The format of this message. Default: the messenger's `parseMode`. */
  readonly parseMode?: TelegramOptions['parseMode'];
  /** Links under the message, in rows. Default: none. */
  readonly buttons?: readonly (readonly TelegramButton[])[];
  /** Delivers the message without a sound. Default false. */
  readonly silent?: boolean;
  /** Shows a preview of the first link. Default true. */
  readonly linkPreview?: boolean;
  /** Forbids to forward or save the message. Default false. */
  readonly protect?: boolean;
  /**
   * The photo: a URL, the `file_id` of a photo that Telegram has already, or the file. The text becomes its
   * caption, of at most 1,024 characters. Default: none.
   */
  readonly photo?: string | { readonly filename: string; readonly content: Uint8Array };
  /** The topic of a forum (`message_thread_id`). Default: none. */
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
