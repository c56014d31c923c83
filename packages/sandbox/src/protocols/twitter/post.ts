import { jsonObjectOf } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import { forbidden, invalid, Refusal } from './refusal.ts';
import { weightOf } from './weight.ts';

/** Those that a post has: https://docs.x.com/x-api/posts/create-post. */
const known: readonly string[] = ['text', 'reply', 'media', 'reply_settings', 'made_with_ai', 'paid_partnership', 'nullcast'];
const longest = 280;
const mostMedia = 4;

/** What was asked to be posted, checked. */
export interface Post {
  readonly text: string;
  readonly mediaIds: readonly string[];
  readonly replyTo: string | undefined;
}

/** Throws a Refusal for whatever X would refuse. */
export function readPost(request: HttpRequest): Post {
  const body = jsonObjectOf(request);
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '') || !body) throw invalid('The body must be a JSON object.');
  checkFields(body, known);
  const { text = '' } = body;
  if (typeof text !== 'string' || !text.isWellFormed() || /[\ufffe\uffff\ufeff]/.test(text))
    throw invalid('text: is no text', { text: [text] });
  const mediaIds = textsOf(body.media, 'media_ids', ['tagged_user_ids']);
  if (mediaIds.length > mostMedia) throw invalid(`media.media_ids: ${mostMedia} at most`);
  if (text.trim() === '' && mediaIds.length === 0) throw invalid('text: must not be empty');
  if (weightOf(text) > longest) throw forbidden('Your Tweet text is too long.');
  const [replyTo] = textsOf(body.reply, 'in_reply_to_tweet_id', ['exclude_reply_user_ids']);
  return { text, mediaIds, replyTo };
}

/** Throws a Refusal for what X does not know: it is as strict (`additionalProperties: false` in its specification). */
export function checkFields(fields: Readonly<Record<string, unknown>>, names: readonly string[]): void {
  const stranger = Object.keys(fields).find((name) => !names.includes(name));
  if (stranger !== undefined) throw invalid(`[${stranger}] is not a valid field.`, { [stranger]: [String(fields[stranger])] });
}

function textsOf(parent: unknown, name: string, others: readonly string[]): readonly string[] {
  if (parent === undefined) return [];
  if (typeof parent !== 'object' || parent === null) throw invalid(`${name}: is in no object`);
  const fields = parent as Readonly<Record<string, unknown>>;
  checkFields(fields, [name, ...others]);
  const values = [fields[name]].flat();
  if (values.length === 0 || values.some((value) => typeof value !== 'string' || !/^\d+$/.test(value))) throw invalid(`${name}: is no id`);
  return values as string[];
}

/** The account that a text begins by mentioning, in lower case, and what follows. */
export function mentionOf(text: string): { readonly address: string; readonly rest: string } {
  const [whole = '', name] = /^@(\w{1,15})(?:\s|$)/.exec(text) ?? [];
  return name === undefined ? { address: '', rest: text } : { address: `@${name.toLowerCase()}`, rest: text.slice(whole.length) };
}

/** Throws a Refusal for a post that there is not. */
export function checkReply(replyTo: string | undefined, ids: ReadonlySet<string>): void {
  if (replyTo === undefined || ids.has(replyTo)) return;
  throw new Refusal({
    status: 404,
    title: 'Not Found Error',
    detail: `Could not find tweet with id: [${replyTo}].`,
    type: 'https://api.twitter.com/2/problems/resource-not-found',
  });
}
