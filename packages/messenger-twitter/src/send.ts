import { type Delivery, errorKind, type Receipt, UnknownOutcomeError } from '@sitemessage/core';
import type { Api, Post, Tweet } from './api.ts';
import { textsOf } from './content.ts';
import { mediaOf } from './media.ts';
import type { Settings } from './options.ts';

/** Posts a delivery: one post, or a thread of them, after its media are uploaded. */
export async function send(api: Api, { address, content }: Delivery, settings: Settings, signal: AbortSignal): Promise<Receipt> {
  const [text, ...rest] = textsOf(address, content, settings);
  const mediaIds: string[] = [];
  for (const media of mediaOf(content)) mediaIds.push(await api.upload(media, signal));
  const posts: readonly Post[] = [{ text, mediaIds }, ...rest.map((text) => ({ text, mediaIds: [] }))];
  const tweets: Tweet[] = [];
  try {
    for (const post of posts) tweets.push(await api.tweet({ ...post, replyTo: tweets.at(-1)?.id }, signal));
  } catch (error) {
    const isNothingThere = tweets.length === 0 && errorKind(error) !== 'unknown';
    if (posts.length === 1 || isNothingThere) throw error;
    const message = `${tweets.length} of ${posts.length} posts of the thread are on X, and then: ${(error as Error).message}`;
    throw new UnknownOutcomeError(message, { code: 'twitter_part_sent', cause: error });
  }
  const [first, last] = [tweets[0] as Tweet, tweets.at(-1) as Tweet];
  return { providerId: first.id, ...(last.pauseMs !== undefined && { pauseMs: last.pauseMs }) };
}
