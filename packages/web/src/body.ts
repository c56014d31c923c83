/** Enough for a form of a thousand choices. */
const longest = 262_144;

/** The fields of a form; none for what is no form, breaks off, or is too long. */
export async function readForm(request: Request): Promise<FormData> {
  const type = request.headers.get('content-type') ?? '';
  try {
    return await new Response(await readBody(request), { headers: { 'content-type': type } }).formData();
  } catch {
    return new FormData();
  }
}

/** Undefined for what is no JSON, breaks off, or is too long. */
export async function readJson(request: Request): Promise<unknown> {
  try {
    return JSON.parse((await readBody(request)).toString());
  } catch {
    return undefined;
  }
}

/** @throws Error when there is more than there may be; the rest is left unread. */
async function readBody({ body }: Request): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > longest) throw new RangeError(`The body is longer than ${longest} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
