import { UnknownOutcomeError } from '@sitemessage/core';
import { type SendTweetV2Params, TwitterApi } from 'twitter-api-v2';
import type { Account } from './account.ts';
import { errorFor, type Refusal, withoutUnknownOutcome } from './errors.ts';
import { type Media, upload } from './media.ts';
import type { Settings } from './options.ts';
import { pauseFor } from './rate-limits.ts';
import { openTransport } from './transport.ts';

/** The API of X for one account: https://docs.x.com/x-api/introduction. */
export interface Api {
  /** Creates a post. @throws One of core's errors, also when X refuses the post. */
  tweet(post: Post, signal: AbortSignal): Promise<Tweet>;
  /**
   * Uploads a file and returns its media id for a post.
   *
   * @throws One of core's errors, but never an UnknownOutcomeError, because an upload posts nothing.
   */
  upload(media: Media, signal: AbortSignal): Promise<string>;
  close(): void;
}

export interface Post {
  /** The text. Empty when the post shows media alone. */
  readonly text: string;
  readonly mediaIds: readonly string[];
  /** The id of the previous post in a thread. */
  readonly replyTo?: string | undefined;
}

export interface Tweet {
  readonly id: string;
  /** The time that X asks to wait before the next post, in milliseconds. Undefined when it asks for none. */
  readonly pauseMs: number | undefined;
}

/** No limit here: the signal of each call ends after the messenger's `timeoutMs`. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ArgumentError `option_invalid` for a wrong proxy. */
export function openApi({ apiRoot, proxy }: Settings, account: Account): Api {
  const transport = openTransport({ apiRoot, proxy, timeoutMs, secrets: () => account.secrets() });
  /** Makes a client for each call: only the client's plugins can take a signal. */
  const withClient = <T>(
    signal: AbortSignal,
    work: (client: TwitterApi['v2']) => Promise<T>,
    errorOf?: (refusal: Refusal) => Error,
  ): Promise<T> =>
    account.withCredentials(signal, (credentials) =>
      work(new TwitterApi(credentials as string, { plugins: [transport.plugin(signal, errorOf)] }).v2),
    );
  return {
    async tweet(post, signal) {
      const { data, headers } = await withClient(
        signal,
        (client) => client.post<{ readonly data?: { readonly id?: unknown } }>('tweets', parametersOf(post), { fullResponse: true }),
        (refusal) => errorFor(refusal, post.replyTo !== undefined),
      );
      const id = data.data?.id;
      if (typeof id !== 'string' || id === '') {
        throw new UnknownOutcomeError('X answered with neither the id of a post nor an error.', { code: 'twitter_unreadable' });
      }
      return { id, pauseMs: pauseFor(new Headers(headers as Record<string, string>)) };
    },
    upload: (media, signal) => withoutUnknownOutcome(withClient(signal, (client) => upload(client, media, signal))),
    close: () => transport.close(),
  };
}

function parametersOf({ text, mediaIds, replyTo }: Post): SendTweetV2Params {
  return {
    ...(text !== '' && { text }),
    ...(mediaIds.length > 0 && { media: { media_ids: [...mediaIds] as [string] } }),
    ...(replyTo !== undefined && { reply: { in_reply_to_tweet_id: replyTo } }),
  };
}
