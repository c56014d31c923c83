import { isFoldable } from './lines.ts';
import { textProblem } from './text.ts';

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

const longestName = 76;

/** @throws Error that continues "`headers` ..." for what is no header, and for one that would be another one, or more than one. */
export function readHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object' || Array.isArray(headers)) throw new Error('must be an object of names and values');
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return headers as Readonly<Record<string, string>>;
}

function checkHeader(name: string, value: unknown): void {
  // RFC 5322, 3.6.8: printable US-ASCII without the colon.
  if (!/^[!-9;-~]+$/.test(name)) throw new Error(`has the name ${JSON.stringify(name)}, which may only hold letters, digits and hyphens`);
  if (name.length > longestName) throw new Error(`must not have a name of more than ${longestName} characters`);
  if (ours.has(name.toLowerCase()))
    throw new Error(`must not have ${name}, which is set from the message and the options of the messenger`);
  const problem = textProblem(value);
  if (typeof value !== 'string' || problem !== undefined) throw new Error(`has a ${name} that ${problem}`);
  if (/[\r\n\0]/.test(value)) throw new Error(`must not have a line break in ${name}`);
  if (!isFoldable(value)) throw new Error(`must not have a word in ${name} that is too long for a line; put spaces between its parts`);
}
