import { UnknownOutcomeError } from '@sitemessage/core';
import { type SendTweetV2Params, TwitterApi } from 'twitter-api-v2';
import type { Account } from './account.ts';
import { errorFor } from './errors.ts';
import { harmless } from './harmless.ts';
import type { Media } from './media.ts';
import type { Settings } from './options.ts';
import { pauseFor } from './rate-limits.ts';
import type { Refusal } from './refusal.ts';
import { openTransport } from './transport.ts';
import { upload } from './upload.ts';

/** X as one account: https://docs.x.com/x-api/introduction. */
export interface Api {
  /** @throws One of core's errors, also for what X refuses. */
  tweet(post: Post, signal: AbortSignal): Promise<Tweet>;
  /** The id under which a post may show it. @throws One of core's errors; none of unknown outcome, since nothing is posted. */
  upload(media: Media, signal: AbortSignal): Promise<string>;
  close(): void;
}

export interface Post {
  /** Empty for media alone. */
  readonly text: string;
  readonly mediaIds: readonly string[];
  /** The id of the post that it follows in a thread. */
  readonly replyTo?: string | undefined;
}

export interface Tweet {
  readonly id: string;
  /** What X wants before the next one. */
  readonly pauseMs: number | undefined;
}

/** Whoever calls has a signal that knows how long to wait: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openApi({ apiRoot, proxy }: Settings, account: Account): Api {
  const transport = openTransport({ apiRoot, proxy, timeoutMs, secrets: () => account.secrets() });
  /** A client for each, since it is the only place where the library takes a signal along. */
  const as = <T>(
    signal: AbortSignal,
    work: (client: TwitterApi['v2']) => Promise<T>,
    refusedFor?: (refusal: Refusal) => Error,
  ): Promise<T> =>
    account.as(signal, (credentials) =>
      work(new TwitterApi(credentials as string, { plugins: [transport.plugin(signal, refusedFor)] }).v2),
    );
  return {
    async tweet(post, signal) {
      const { data, headers } = await as(
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
    upload: (media, signal) => harmless(as(signal, (client) => upload(client, media, signal))),
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
