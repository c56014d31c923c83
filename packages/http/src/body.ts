/** The longest body of a reply. No messenger's API sends as much, and memory has room for many of them. */
const longestMiB = 8;

/** Statuses whose replies have no body: https://fetch.spec.whatwg.org/#null-body-status. */
const nullBodyStatuses: readonly number[] = [204, 205, 304];

export const isNullBody = (status: number): boolean => nullBodyStatuses.includes(status);

/**
 * Reads a body to its end. Stops at the chunk that makes it longer than 8 MiB, which closes the connection.
 *
 * @throws Error for a body that is too long.
 */
export async function readBody(chunks: AsyncIterable<Uint8Array>): Promise<Buffer<ArrayBuffer>> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > longestMiB * 1_024 * 1_024) throw new Error(`the reply was longer than ${longestMiB} MiB, and was cut off`);
    read.push(chunk);
  }
  return Buffer.concat(read);
}

/** Makes a `Response` of a reply that was read to its end. */
export const makeResponse = (body: Buffer<ArrayBuffer> | null, head: ResponseInit & { readonly status: number }): Response =>
  new Response(isNullBody(head.status) ? null : body, head);
