/** Far more than the API of any messenger says at once, and little enough to hold many of them. */
const longestMiB = 8;

/**
 * The whole body of a reply. One that is too long is left before more of it is in memory, and with it goes its connection.
 *
 * @throws Error
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
