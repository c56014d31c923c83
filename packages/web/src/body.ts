import { ConfigurationError } from '@sitemessage/core';
import type { Context } from 'hono';
import { formOf, parsedBody } from './parsed-body.ts';

/** Enough for a form of a thousand choices. */
const longest = 262_144;

/**
 * The fields of a form. None for a body that is no form, breaks off, or is too long.
 *
 * @throws ConfigurationError for a body that something else read first and did not keep.
 */
export async function readForm(context: Context): Promise<FormData> {
  const { bytes, parsed } = await readBody(context);
  if (!bytes) return formOf(parsed);
  const type = context.req.header('content-type') ?? '';
  return new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => new FormData());
}

/**
 * Undefined for a body that is no JSON, breaks off, or is too long.
 *
 * @throws ConfigurationError for a body that something else read first and did not keep.
 */
export async function readJson(context: Context): Promise<unknown> {
  const { bytes, parsed } = await readBody(context);
  if (!bytes) return parsed;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

interface Body {
  readonly bytes?: Buffer<ArrayBuffer>;
  /** The value that a parser made of the bytes before. */
  readonly parsed?: unknown;
}

/** Nothing when it breaks off, or is too long: the rest is left unread. */
async function readBody(context: Context): Promise<Body> {
  const { raw } = context.req;
  const wasRead = raw.bodyUsed;
  const bytes = wasRead ? Buffer.alloc(0) : await readBytes(raw).catch(() => undefined);
  if (bytes?.length !== 0) return { ...(bytes && { bytes }) };
  const parsed = parsedBody(context.env);
  if (parsed instanceof Uint8Array || typeof parsed === 'string') return { bytes: Buffer.from(parsed) };
  if (parsed !== undefined) return { parsed };
  if (!wasRead && !announcesBody(raw)) return { bytes };
  throw new ConfigurationError(
    'The body of a request was read before the handler got it. Mount the handler before what parses bodies, such as `express.urlencoded()`, or put what was parsed on the request of node:http: `Object.assign(request.raw, { body: request.body })`.',
    { code: 'body_consumed' },
  );
}

/** Whether the request came with bytes: then it is no empty one. */
function announcesBody({ headers }: Request): boolean {
  return Number(headers.get('content-length')) > 0 || headers.has('transfer-encoding');
}

async function readBytes({ body }: Request): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > longest) throw new RangeError(`The body is longer than ${longest} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
