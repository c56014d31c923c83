import { type Content, errorKind, type Receipt } from '@sitemessage/core';
import type { Api, Post, Tweet } from './api.ts';
import { cutOff } from './cut-off.ts';
import { mediaOf } from './media.ts';
import type { Progress } from './progress.ts';

/** Posts what is left of a delivery: one post, or a thread of them, after its media are uploaded, which the first one shows. */
export async function send(api: Api, content: Content, progress: Progress, signal: AbortSignal): Promise<Receipt> {
  const { texts, ids } = progress;
  let pauseMs: number | undefined;
  try {
    const mediaIds: string[] = [];
    if (ids.length === 0) for (const media of mediaOf(content)) mediaIds.push(await api.upload(media, signal));
    while (ids.length < texts.length) {
      const post = { text: texts[ids.length] as string, mediaIds: ids.length === 0 ? mediaIds : [], replyTo: ids.at(-1) };
      const tweet = await postOne(api, post, progress, signal);
      ids.push(tweet.id);
      ({ pauseMs } = tweet);
    }
  } catch (error) {
    throw cutOff(error, progress, signal);
  }
  const [providerId] = ids;
  // Core stores the id and tells it in events, and a broken server may answer with a token.
  return { ...(providerId !== undefined && /^\d+$/.test(providerId) && { providerId }), ...(pauseMs !== undefined && { pauseMs }) };
}

interface Posted extends Omit<Tweet, 'id'> {
  /** Undefined where X has not told it. */
  readonly id: string | undefined;
}

async function postOne(api: Api, post: Post, progress: Progress, signal: AbortSignal): Promise<Posted> {
  const { texts, ids, isInDoubt } = progress;
  try {
    const tweet = await api.tweet(post, signal);
    progress.isInDoubt = false;
    return tweet;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    // It is there. What follows it in a thread replies to the one before; but of a first one, nothing does.
    if (isInDoubt && code === 'twitter_duplicate' && (texts.length === 1 || ids.length > 0)) {
      progress.isInDoubt = false;
      return { id: post.replyTo, pauseMs: undefined };
    }
    progress.isInDoubt ||= errorKind(error) === 'unknown';
    throw error;
  }
}
