import type { Preferences } from '@sitemessage/core';
import type { Language } from '../language.ts';
import type { LinkedSubscription } from '../subscription.ts';

/** What a page shows. */
export type Shown =
  /**
   * Asks whether to unsubscribe: a form that posts `confirm=yes` to `unsubscribeUrl`. Where there is no subscription, and may be one, there is
   * `resubscribeUrl` too: a form may post `resubscribe=yes` to it.
   */
  | {
      readonly kind: 'unsubscribe';
      readonly subscription: LinkedSubscription;
      readonly unsubscribeUrl: string;
      readonly resubscribeUrl?: string;
    }
  /** It is done. Where `resubscribeUrl` is, a form may post `resubscribe=yes` to it. */
  | { readonly kind: 'unsubscribed'; readonly subscription: LinkedSubscription; readonly resubscribeUrl?: string }
  | { readonly kind: 'resubscribed'; readonly subscription: LinkedSubscription }
  /** A form that posts to `preferencesUrl`: a field `shown` for each choice, and a field `wanted` for each that is ticked, both with its `value`. */
  | {
      readonly kind: 'preferences';
      readonly preferences: Preferences;
      readonly choices: readonly FormChoice[];
      readonly preferencesUrl: string;
      readonly notice?: 'saved' | 'changed';
    }
  /** Whatever is wrong with the link. */
  | { readonly kind: 'invalid' }
  /** Not what the forms of these pages post. */
  | { readonly kind: 'refused' }
  /** Something on this side; later it may work. */
  | { readonly kind: 'failed' };

/** Its URLs are relative to that of the page, for the `action` of a form. */
export type Page = Shown & { readonly language: Language };

/** One box to tick. */
export interface FormChoice {
  /** The alias of a message type. */
  readonly type: string;
  /** An alias. */
  readonly messenger: string;
  readonly value: string;
  readonly isSubscribed: boolean;
}
