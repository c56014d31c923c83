import { extname } from 'node:path';
import { type Attachment, type Content, PermanentError } from '@sitemessage/core';

/** A file that X shows in a post. */
export interface Media {
  readonly content: Buffer;
  /** Such as `image/png`. */
  readonly type: string;
  readonly category: 'tweet_image' | 'tweet_gif' | 'tweet_video';
}

/** https://docs.x.com/x-api/media/quickstart/best-practices */
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
 * The attachments of a message, as X takes them: up to four images, or one GIF, or one video.
 *
 * @throws PermanentError of code `twitter_media`.
 */
export function mediaOf({ attachments = [] }: Content): readonly Media[] {
  const media = attachments.map(read);
  const most = media.every(({ category }) => category === 'tweet_image') ? mostImages : 1;
  if (media.length > most) throw refused('X shows up to four images in one post, or one GIF, or one video.');
  return media;
}

function read({ filename, content, contentType }: Attachment): Media {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? byExtension[extname(filename).toLowerCase()];
  if (type === undefined || !types.includes(type)) throw refused(`X shows ${types.join(', ')}, and "${filename}" is none of them.`);
  const category = type === 'image/gif' ? 'tweet_gif' : type.startsWith('video/') ? 'tweet_video' : 'tweet_image';
  const bytes = Buffer.from(content as Uint8Array);
  if (bytes.length === 0) throw refused(`"${filename}" is empty.`);
  if (bytes.length > mostBytes[category]) {
    throw refused(`"${filename}" has ${bytes.length} bytes, and X takes ${mostBytes[category]} of its kind.`);
  }
  return { content: bytes, type, category };
}

const refused = (message: string): PermanentError => new PermanentError(message, { code: 'twitter_media' });
