import { check } from '@sitemessage/core';
import { checkArguments } from '../../arguments.ts';
import type { HttpRequest } from '../../http/listener.ts';
import { formOf, jsonObjectOf } from '../../http/parameters.ts';
import type { Attachment } from '../../inbox.ts';
import { checkFields, type Fields, flag, id, integer, list, oneOf } from './fields.ts';
import { invalid } from './refusal.ts';

/** The processing of GIFs and videos. */
export interface TwitterProcessing {
  /** The number of replies that report ongoing processing before the result. Default 1. */
  readonly polls?: number;
  /** The seconds until the next status request. Default 1. */
  readonly checkAfterSecs?: number;
  /** The result. Default `succeeded`. */
  readonly state?: 'succeeded' | 'failed';
}

/** Uploads in chunks: https://docs.x.com/x-api/media/quickstart/media-upload-chunked. */
export interface MediaStore {
  initialize(request: HttpRequest): unknown;
  append(id: string, request: HttpRequest): Promise<unknown>;
  finalize(id: string): unknown;
  status(query: URLSearchParams): unknown;
  /**
   * Sets the processing of GIFs and videos that are uploaded from now on.
   *
   * @throws ArgumentError for a wrong field.
   */
  process(processing: TwitterProcessing): void;
  /**
   * Returns the media of a post.
   *
   * @throws Refusal for an unknown id, and for media whose processing has not succeeded.
   */
  take(ids: readonly string[]): readonly Attachment[];
}

interface Upload {
  readonly type: string;
  readonly category: string;
  readonly total: number;
  readonly chunks: Map<number, Uint8Array>;
  /** The number of replies until the result. */
  left: number;
  state: 'uploading' | 'pending' | 'in_progress' | 'succeeded' | 'failed';
}

/** The fields of https://docs.x.com/x-api/media/initialize-media-upload, with the values that posts allow. */
const fields: Fields = {
  media_type: oneOf('image/jpeg', 'image/png', 'image/webp', 'image/gif', 'video/mp4', 'video/quicktime'),
  media_category: oneOf('tweet_image', 'tweet_gif', 'tweet_video'),
  total_bytes: integer(1, 17_179_869_184),
  additional_owners: list(id, 0, 100),
  shared: flag,
};

/** The fields of an upload that are used. */
interface Initialize {
  readonly media_type: string;
  readonly media_category: string;
  readonly total_bytes: number;
}

const largestChunk = 5 * 1024 * 1024;
const daySecs = 86_400;

const defaults: Required<TwitterProcessing> = { polls: 1, checkAfterSecs: 1, state: 'succeeded' };
const checks = { polls: check.integer(0), checkAfterSecs: check.integer(0), state: check.oneOf(['succeeded', 'failed']) };

export function createMediaStore(): MediaStore {
  const uploads = new Map<string, Upload>();
  let processing = defaults;

  const find = (id: string): Upload => {
    const upload = uploads.get(id);
    if (!upload) throw invalid('Your media IDs are invalid.', { id: [id] });
    return upload;
  };

  /** Returns the reply that describes an upload. */
  const describe = (id: string, upload: Upload): unknown => {
    const { state, category } = upload;
    const info = { state, ...(state === 'pending' || state === 'in_progress' ? { check_after_secs: processing.checkAfterSecs } : {}) };
    const isProcessed = category !== 'tweet_image' && state !== 'uploading';
    return {
      data: { id, media_key: `3_${id}`, size: upload.total, expires_after_secs: daySecs, ...(isProcessed && { processing_info: info }) },
    };
  };

  return {
    initialize(request) {
      const given = jsonObjectOf(request) ?? {};
      checkFields(given, fields);
      const { media_type: type, total_bytes: total, media_category: category } = given as Partial<Initialize>;
      if (type === undefined || total === undefined || category === undefined) {
        throw invalid('media_type, media_category, total_bytes: must be there');
      }
      const id = String(1_800_000_000_000_000_000n + BigInt(uploads.size + 1));
      const upload: Upload = { type, category, total, chunks: new Map(), left: 0, state: 'uploading' };
      uploads.set(id, upload);
      return describe(id, upload);
    },
    async append(id, request) {
      const upload = find(id);
      const { segment_index: index, media, ...others } = (await formOf(withFile(request))) ?? {};
      checkFields(others, {});
      if (typeof index !== 'string' || !/^\d{1,3}$/.test(index)) throw invalid('segment_index: must be a number from 0 to 999');
      const bytes = media instanceof File ? new Uint8Array(await media.arrayBuffer()) : new Uint8Array();
      if (bytes.length === 0 || bytes.length > largestChunk) throw invalid('media: must have up to 5 MB');
      upload.chunks.set(Number(index), bytes);
      return { data: { expires_at: daySecs } };
    },
    finalize(id) {
      const upload = find(id);
      if (contentOf(upload).length !== upload.total) throw invalid('total_bytes: is not what came');
      const isProcessed = upload.category !== 'tweet_image' && processing.polls > 0;
      upload.left = processing.polls;
      upload.state = isProcessed ? 'pending' : 'succeeded';
      return describe(id, upload);
    },
    status(query) {
      checkFields(Object.fromEntries(query), { command: oneOf('STATUS'), media_id: id });
      const mediaId = query.get('media_id') ?? '';
      const upload = find(mediaId);
      upload.left -= 1;
      upload.state = upload.left > 0 ? 'in_progress' : processing.state;
      return describe(mediaId, upload);
    },
    process(given) {
      checkArguments(given, checks, 'process');
      processing = { ...defaults, ...given };
    },
    take(ids) {
      return ids.map((id) => {
        const upload = find(id);
        if (upload.state !== 'succeeded') throw invalid('Your media IDs are invalid.', { id: [id] });
        return { contentType: upload.type, content: contentOf(upload) };
      });
    },
  };
}

const contentOf = ({ chunks }: Upload): Uint8Array =>
  Buffer.concat([...chunks].sort(([one], [other]) => one - other).map(([, bytes]) => bytes));

/**
 * Adds the name of a file to the part with the bytes. `twitter-api-v2` sends none, and X reads bytes all
 * the same. The standard parser would read text.
 */
function withFile(request: HttpRequest): HttpRequest {
  const named = request.body.toString('latin1').replace(/ name="media"(?=\r\n)/, '$&; filename="media"');
  return { ...request, body: Buffer.from(named, 'latin1') };
}
