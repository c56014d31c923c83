import { ConfigurationError } from '@sitemessage/core';
import type { Context } from 'hono';

/** The longest body in bytes: enough for a form of a thousand choices. */
const longest = 262_144;

/**
 * Reads the fields of a form. Returns none for a body that is not a form, breaks off, or is too long.
 *
 * @throws ConfigurationError `body_consumed` for a body that was read before and not kept.
 */
export async function readForm(context: Context): Promise<FormData> {
  const { bytes, parsed } = await readBody(context);
  if (!bytes) return formOf(parsed);
  const type = context.req.header('content-type') ?? '';
  return new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => new FormData());
}

/**
 * Reads JSON. Returns undefined for a body that is not JSON, breaks off, or is too long.
 *
 * @throws ConfigurationError `body_consumed` for a body that was read before and not kept.
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
  /** The value that a parser has made of the bytes. */
  readonly parsed?: unknown;
}

/** Returns nothing for a body that breaks off or is too long. The rest of it is not read. */
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
    'The body of the request was read before the handler got it. Mount the handler before body parsers such as `express.urlencoded()`, or put the parsed body on the request of node:http: `Object.assign(request.raw, { body: request.body })`.',
    { code: 'body_consumed' },
  );
}

/** Tells whether the headers announce a body, so that an empty one was read before. */
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

/**
 * Returns a body that was parsed before the handler got the request. Express and the API routes of Next.js
 * keep it as `body` of the request of node:http. `getRequestListener` of `@hono/node-server` passes that
 * request on as `incoming`.
 */
function parsedBody(environment: unknown): unknown {
  const { incoming } = Object(environment) as { readonly incoming?: unknown };
  return (Object(incoming) as { readonly body?: unknown }).body;
}

/**
 * Returns the fields of a parsed form: strings or lists of strings, by name. A long list may be an object
 * by index.
 */
function formOf(parsed: unknown): FormData {
  const form = new FormData();
  for (const [name, given] of Object.entries(Object(parsed) as object)) {
    const values: readonly unknown[] = typeof given === 'object' && given !== null ? Object.values(given) : [given];
    for (const value of values) if (typeof value === 'string') form.append(name, value);
  }
  return form;
}
