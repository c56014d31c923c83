import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attachment, type Content, PermanentError, TransientError } from '@sitemessage/core';
import type { TwitterApiv2 } from 'twitter-api-v2';

/** An attachment that a post shows. */
export interface Media {
  readonly content: Buffer;
  /** The MIME type, for example `image/png`. */
  readonly type: string;
  readonly category: 'tweet_image' | 'tweet_gif' | 'tweet_video';
}

/** The types that X shows: https://docs.x.com/x-api/media/quickstart/best-practices. */
const byExtension: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
};
const types: readonly string[] = [...new Set(Object.values(byExtension))];
const mebibyte = 1024 * 1024;
const mostBytes: Readonly<Record<Media['category'], number>> = {
  tweet_image: 5 * mebibyte,
  tweet_gif: 15 * mebibyte,
  tweet_video: 512 * mebibyte,
};
const mostImages = 4;

/**
 * Returns the attachments of a message as media: up to four images, or one GIF, or one video.
 *
 * @throws PermanentError `twitter_media`.
 */
export function mediaOf({ attachments = [] }: Content): readonly Media[] {
  const media = attachments.map(read);
  const most = media.every(({ category }) => category === 'tweet_image') ? mostImages : 1;
  if (media.length > most)
    throw refused('The message has too many attachments. X shows up to four images in one post, or one GIF, or one video.');
  return media;
}

function read({ filename, content, contentType }: Attachment): Media {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? byExtension[extname(filename).toLowerCase()];
  if (type === undefined || !types.includes(type))
    throw refused(`"${filename}" is of a type that X does not show. X shows ${types.join(', ')}.`);
  const category = type === 'image/gif' ? 'tweet_gif' : type.startsWith('video/') ? 'tweet_video' : 'tweet_image';
  const bytes = Buffer.from(content as Uint8Array);
  if (bytes.length === 0) throw refused(`"${filename}" is empty.`);
  if (bytes.length > mostBytes[category]) {
    throw refused(`"${filename}" has ${bytes.length} bytes. X takes at most ${mostBytes[category]} for this type.`);
  }
  return { content: bytes, type, category };
}

const refused = (message: string): PermanentError => new PermanentError(message, { code: 'twitter_media' });

/** The status of an upload: https://docs.x.com/x-api/media/media-upload-status. */
interface Reply {
  readonly data: { readonly id: string; readonly processing_info?: { readonly state: string; readonly check_after_secs?: unknown } };
}

/**
 * The size of a chunk in bytes. X takes at most 5 MB:
 * https://docs.x.com/x-api/media/quickstart/media-upload-chunked.
 */
const chunkBytes = 1024 * 1024;

/**
 * Uploads a file in chunks and waits until X has processed it. Returns the media id. The upload of
 * `twitter-api-v2` is not used: nothing can stop its timers.
 *
 * @throws PermanentError `twitter_media` when X cannot process the file.
 */
export async function upload(client: TwitterApiv2, { content, type, category }: Media, signal: AbortSignal): Promise<string> {
  const begun = { media_type: type, media_category: category, total_bytes: content.length };
  const { id } = dataOf(await client.post<Reply>('media/upload/initialize', begun));
  for (let index = 0; index * chunkBytes < content.length; index += 1) {
    const media = content.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    await client.post(`media/upload/${id}/append`, { segment_index: index, media }, { forceBodyMode: 'form-data' });
  }
  let { processing_info: processing } = dataOf(await client.post<Reply>(`media/upload/${id}/finalize`));
  while (processing?.state === 'pending' || processing?.state === 'in_progress') {
    await wait(pollingPause(processing.check_after_secs), signal);
    const asked = { command: 'STATUS', media_id: id };
    ({ processing_info: processing } = dataOf(await client.get<Reply>('media/upload', asked)));
  }
  if (processing?.state === 'failed') throw refused('X took the file, but cannot process it.');
  return id;
}

function dataOf(reply: Partial<Reply>): Reply['data'] {
  const { data } = reply;
  if (typeof data?.id === 'string' && /^\w+$/.test(data.id)) return data;
  throw new TransientError('X answered an upload with neither the id of the file nor an error.', { code: 'twitter_unreadable' });
}

const [shortestPauseS, longestPauseS] = [1, 60];

/**
 * Returns the pause before the next status request, in milliseconds, for the `check_after_secs` of X. It is
 * from 1 to 60 s: a timer of days would overflow and end at once.
 */
export function pollingPause(checkAfterSecs: unknown): number {
  const seconds = typeof checkAfterSecs === 'number' && checkAfterSecs > shortestPauseS ? checkAfterSecs : shortestPauseS;
  return Math.min(seconds, longestPauseS) * 1_000;
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw new TransientError('Nothing was sent: the send was aborted while X processed a file.', { code: 'twitter_aborted' });
  }
}
