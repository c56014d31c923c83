import { formOf, jsonObjectOf } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import type { Attachment } from '../../inbox.ts';
import { checkFields, type Fields, flag, id, integer, list, oneOf } from './fields.ts';
import { readProcessing } from './processing.ts';
import { invalid } from './refusal.ts';

/** What X makes of media that it has to work on. */
export interface TwitterProcessing {
  /** How often it says that it is not done yet. Default 1. */
  readonly polls?: number;
  /** After how many seconds to ask again. Default 1. */
  readonly checkAfterSecs?: number;
  /** What comes of it in the end. Default `succeeded`. */
  readonly state?: 'succeeded' | 'failed';
}

/** Uploads, in pieces: https://docs.x.com/x-api/media/quickstart/media-upload-chunked. */
export interface MediaStore {
  initialize(request: HttpRequest): unknown;
  append(id: string, request: HttpRequest): Promise<unknown>;
  finalize(id: string): unknown;
  status(query: URLSearchParams): unknown;
  /** What X makes of the GIFs and videos that come from now on. @throws TypeError for what X would not make of them. */
  process(processing: TwitterProcessing): void;
  /** Those that a post shows. Throws a Refusal for an id that is none, or not done. */
  take(ids: readonly string[]): readonly Attachment[];
}

interface Upload {
  readonly type: string;
  readonly category: string;
  readonly total: number;
  readonly chunks: Map<number, Uint8Array>;
  left: number;
  state: 'uploading' | 'pending' | 'in_progress' | 'succeeded' | 'failed';
}

/** Those of posts: https://docs.x.com/x-api/media/initialize-media-upload. */
const fields: Fields = {
  media_type: oneOf('image/jpeg', 'image/png', 'image/webp', 'image/gif', 'video/mp4', 'video/quicktime'),
  media_category: oneOf('tweet_image', 'tweet_gif', 'tweet_video'),
  total_bytes: integer(1, 17_179_869_184),
  additional_owners: list(id, 0, 100),
  shared: flag,
};

interface Begun {
  readonly media_type: string;
  readonly media_category: string;
  readonly total_bytes: number;
}

const mostBytesAtOnce = 5 * 1024 * 1024;
const dayS = 86_400;

export function createMediaStore(): MediaStore {
  const uploads = new Map<string, Upload>();
  let processing = readProcessing({});

  const find = (id: string): Upload => {
    const upload = uploads.get(id);
    if (!upload) throw invalid('Your media IDs are invalid.', { id: [id] });
    return upload;
  };

  const told = (id: string, upload: Upload): unknown => {
    const { state, category } = upload;
    const info = { state, ...(state === 'pending' || state === 'in_progress' ? { check_after_secs: processing.checkAfterSecs } : {}) };
    const isWorkedOn = category !== 'tweet_image' && state !== 'uploading';
    return {
      data: { id, media_key: `3_${id}`, size: upload.total, expires_after_secs: dayS, ...(isWorkedOn && { processing_info: info }) },
    };
  };

  return {
    initialize(request) {
      const given = jsonObjectOf(request) ?? {};
      checkFields(given, fields);
      const { media_type: type, total_bytes: total, media_category: category } = given as Partial<Begun>;
      if (type === undefined || total === undefined || category === undefined)
        throw invalid('media_type, media_category, total_bytes: must be there');
      const id = String(1_800_000_000_000_000_000n + BigInt(uploads.size + 1));
      const upload: Upload = {
        type,
        category,
        total,
        chunks: new Map(),
        left: 0,
        state: 'uploading',
      };
      uploads.set(id, upload);
      return told(id, upload);
    },
    async append(id, request) {
      const upload = find(id);
      const { segment_index: index, media, ...others } = (await formOf(withFile(request))) ?? {};
      checkFields(others, {});
      if (typeof index !== 'string' || !/^\d{1,3}$/.test(index)) throw invalid('segment_index: must be a number from 0 to 999');
      const bytes = media instanceof File ? new Uint8Array(await media.arrayBuffer()) : new Uint8Array();
      if (bytes.length === 0 || bytes.length > mostBytesAtOnce) throw invalid('media: must have up to 5 MB');
      upload.chunks.set(Number(index), bytes);
      return { data: { expires_at: dayS } };
    },
    finalize(id) {
      const upload = find(id);
      if (contentOf(upload).length !== upload.total) throw invalid('total_bytes: is not what came');
      const isWorkedOn = upload.category !== 'tweet_image' && processing.polls > 0;
      upload.left = processing.polls;
      upload.state = isWorkedOn ? 'pending' : 'succeeded';
      return told(id, upload);
    },
    status(query) {
      checkFields(Object.fromEntries(query), { command: oneOf('STATUS'), media_id: id });
      const mediaId = query.get('media_id') ?? '';
      const upload = find(mediaId);
      upload.left -= 1;
      upload.state = upload.left > 0 ? 'in_progress' : processing.state;
      return told(mediaId, upload);
    },
    process(given) {
      processing = readProcessing(given);
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

/** X reads bytes also from a part without the name of a file, as `twitter-api-v2` sends it; by the standard that is a text. */
function withFile(request: HttpRequest): HttpRequest {
  const named = request.body.toString('latin1').replace(/ name="media"(?=\r\n)/, '$&; filename="media"');
  return { ...request, body: Buffer.from(named, 'latin1') };
}
