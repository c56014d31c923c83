/** Made from the dispatch and the messenger's options; a second one would contradict the first. */
const ours = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'dkim-signature',
]);

/** @throws Error for what is no header, and for one that would be another one, or more than one. */
export function readHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object' || Array.isArray(headers)) throw new Error('must be an object of names and values');
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return headers as Readonly<Record<string, string>>;
}

function checkHeader(name: string, value: unknown): void {
  // RFC 5322, 3.6.8: printable US-ASCII without the colon.
  if (!/^[!-9;-~]+$/.test(name)) throw new Error(`the header name ${JSON.stringify(name)} may only hold letters, digits and hyphens`);
  if (ours.has(name.toLowerCase())) throw new Error(`the header ${name} is set from the message and the options of the messenger`);
  if (typeof value !== 'string') throw new Error(`the header ${name} must be a string`);
  if (/[\r\n\0]/.test(value)) throw new Error(`the header ${name} holds a line break`);
}
