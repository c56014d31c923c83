import {
  ConfigurationError,
  type Content,
  errorKind,
  PermanentError,
  type Receipt,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';
import type { Api, Post, Tweet } from './api.ts';
import { mediaOf } from './media.ts';

/** The progress of a delivery over all its attempts. */
export interface Progress {
  /** The texts of the posts. */
  readonly texts: readonly [string, ...string[]];
  /** The ids of the posts that are on X, in order. Undefined where the reply with the id was lost. */
  readonly ids: (string | undefined)[];
  /** True when the outcome of the next post is unknown. */
  isInDoubt: boolean;
}

/**
 * Remembers deliveries that failed after they began. The next attempt continues the thread with the same
 * texts. X has no idempotency key that would drop a repeated post.
 */
export interface ProgressMemory {
  /** Runs an attempt of the delivery `id`. Calls `begin` for its texts when there is no progress yet. */
  attempt(id: string, begin: () => Progress['texts'], work: (progress: Progress) => Promise<Receipt>): Promise<Receipt>;
}

/**
 * The number of deliveries to remember. Another process can take a delivery over, and then it never comes
 * back.
 */
const mostRemembered = 1_000;

export function createProgressMemory(): ProgressMemory {
  const begun = new Map<string, Progress>();
  return {
    async attempt(id, begin, work) {
      const progress = begun.get(id) ?? { texts: begin(), ids: [], isInDoubt: false };
      begun.delete(id);
      try {
        return await work(progress);
      } catch (error) {
        const isBegun = progress.isInDoubt || progress.ids.length > 0;
        if (isBegun && errorKind(error) !== 'permanent') begun.set(id, progress);
        if (begun.size > mostRemembered) begun.delete(begun.keys().next().value as string);
        throw error;
      }
    },
  };
}

/**
 * Sends the rest of a delivery: one post, or the posts of a thread. Uploads the media first, which the first
 * post shows.
 */
export async function send(api: Api, content: Content, progress: Progress, signal: AbortSignal): Promise<Receipt> {
  const { texts, ids } = progress;
  let pauseMs: number | undefined;
  try {
    const mediaIds: string[] = [];
    if (ids.length === 0) for (const media of mediaOf(content)) mediaIds.push(await api.upload(media, signal));
    while (ids.length < texts.length) {
      const post = { text: texts[ids.length] as string, mediaIds: ids.length === 0 ? mediaIds : [], replyTo: ids.at(-1) };
      const tweet = await sendPost(api, post, progress, signal);
      ids.push(tweet.id);
      ({ pauseMs } = tweet);
    }
  } catch (error) {
    throw threadError(error, progress, signal);
  }
  const [providerId] = ids;
  // Core stores the id and shows it in events. A broken server could send a token in its place.
  return { ...(providerId !== undefined && /^\d+$/.test(providerId) && { providerId }), ...(pauseMs !== undefined && { pauseMs }) };
}

interface Posted extends Omit<Tweet, 'id'> {
  /** The id of the post. Undefined where the reply with the id was lost. */
  readonly id: string | undefined;
}

async function sendPost(api: Api, post: Post, progress: Progress, signal: AbortSignal): Promise<Posted> {
  const { texts, ids, isInDoubt } = progress;
  try {
    const tweet = await api.tweet(post, signal);
    progress.isInDoubt = false;
    return tweet;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    // A duplicate of a post in doubt: the post is on X. The next part replies to the last known id. The first
    // post of a thread has none.
    if (isInDoubt && code === 'twitter_duplicate' && (texts.length === 1 || ids.length > 0)) {
      progress.isInDoubt = false;
      return { id: post.replyTo, pauseMs: undefined };
    }
    progress.isInDoubt ||= errorKind(error) === 'unknown';
    throw error;
  }
}

/**
 * Returns an error of the same kind that also says how much of the thread is on X. Returns `error` itself
 * when nothing is.
 */
function threadError(error: unknown, { ids, texts }: Progress, signal: AbortSignal): unknown {
  if (ids.length === 0) return error;
  const { message: reason, code, retryAfterMs, scope } = error as Partial<TransientError>;
  const message = `${ids.length} of ${texts.length} posts of the thread are on X, and then: ${reason}`;
  const options = {
    cause: error,
    ...(code !== undefined && { code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(scope !== undefined && { scope }),
  };
  switch (errorKind(error)) {
    case 'permanent':
    case 'address':
      return new PermanentError(message, options);
    case 'configuration':
      return new ConfigurationError(message, options);
    case 'unknown':
      return new UnknownOutcomeError(message, options);
    case 'transient':
      // An abort can mean that the process ends. Only this process knows the progress.
      return signal.aborted
        ? new UnknownOutcomeError(message, { code: 'twitter_part_sent', cause: error })
        : new TransientError(message, options);
  }
}
