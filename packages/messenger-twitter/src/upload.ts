import { setTimeout as sleep } from 'node:timers/promises';
import { PermanentError, TransientError } from '@sitemessage/core';
import type { TwitterApiv2 } from 'twitter-api-v2';
import type { Media } from './media.ts';
import { pollingPause } from './polling.ts';

/** https://docs.x.com/x-api/media/media-upload-status */
interface Reply {
  readonly data: { readonly id: string; readonly processing_info?: { readonly state: string; readonly check_after_secs?: unknown } };
}

/** https://docs.x.com/x-api/media/quickstart/media-upload-chunked: 5 MB at most. */
const chunkBytes = 1024 * 1024;

/**
 * Uploads a file, and waits until X has made of it what it shows. The library's own upload waits with timers that nobody can stop.
 *
 * @throws PermanentError of code `twitter_media` when X cannot make anything of it.
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
  if (processing?.state === 'failed') {
    throw new PermanentError('X took the file, and cannot make anything of it.', { code: 'twitter_media' });
  }
  return id;
}

/** What it should be; X decides what it is. */
function dataOf(reply: Partial<Reply>): Reply['data'] {
  const { data } = reply;
  if (typeof data?.id === 'string' && /^\w+$/.test(data.id)) return data;
  throw new TransientError('X answered an upload with neither the id of the file nor an error.', { code: 'twitter_unreadable' });
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw new TransientError('Nothing was sent: it was aborted while X worked on a file.', { code: 'twitter_aborted' });
  }
}
