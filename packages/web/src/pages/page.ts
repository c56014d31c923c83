import type { Preferences } from '@sitemessage/core';
import type { Language } from '../language.ts';

/** The content of a page. Its URLs are relative to the page, for the `action` of a form. */
export type PageData =
  /**
   * Asks before unsubscribing, by a form that posts `confirm=yes` to `unsubscribeUrl`. `resubscribeUrl` is
   * there when there is no subscription and there may be one: a form may post `resubscribe=yes` to it.
   */
  | {
      readonly kind: 'unsubscribe';
      readonly subscription: LinkedSubscription;
      readonly unsubscribeUrl: string;
      readonly resubscribeUrl?: string;
    }
  /** Confirms it. A form may post `resubscribe=yes` to `resubscribeUrl`, if that is there. */
  | { readonly kind: 'unsubscribed'; readonly subscription: LinkedSubscription; readonly resubscribeUrl?: string }
  | { readonly kind: 'resubscribed'; readonly subscription: LinkedSubscription }
  /**
   * Asks for preferences, by a form that posts to `preferencesUrl`: a field `shown` for each choice, and a
   * field `wanted` for each that is ticked, both with its `value`.
   */
  | {
      readonly kind: 'preferences';
      readonly preferences: Preferences;
      readonly choices: readonly FormChoice[];
      readonly preferencesUrl: string;
      /** `saved` after saving. `changed` when other pairs may be chosen now, and nothing was saved. */
      readonly notice?: 'saved' | 'changed';
    }
  /** Says that the link does not work, for every reason. */
  | { readonly kind: 'invalid' }
  /** Says that the body is not one that a form of these pages posts. */
  | { readonly kind: 'refused' }
  /** Says that something failed here, and to try again later. */
  | { readonly kind: 'failed' };

/** A page for `render`. */
export type Page = PageData & { readonly language: Language };

/** The subscription that a link to unsubscribe was made for. */
export interface LinkedSubscription {
  /** The alias of the message type. */
  readonly type: string;
  /** The title of the message type, or its alias when the type is no longer registered. */
  readonly typeTitle: string;
  /** The alias of the messenger. */
  readonly messenger: string;
  /** The title of the messenger, or its alias when the messenger is no longer registered. */
  readonly messengerTitle: string;
  readonly address: string;
  /** True when the recipient may subscribe to this type through this messenger. */
  readonly isAllowed: boolean;
  readonly isSubscribed: boolean;
}

/** A box to tick: one message type through one messenger. */
export interface FormChoice {
  /** The alias of the message type. */
  readonly type: string;
  /** The alias of the messenger. */
  readonly messenger: string;
  /** The value of the fields `shown` and `wanted`. */
  readonly value: string;
  readonly isSubscribed: boolean;
}
