import { jsonObjectOf } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import { checkFields, type Fields, flag, id, integer, list, object, oneOf, text } from './fields.ts';
import { forbidden, invalid, Refusal } from './refusal.ts';
import { weightOf } from './weight.ts';

const whoReplies = oneOf('following', 'mentionedUsers', 'subscribers', 'verified');

/** Those that a post has: https://docs.x.com/x-api/posts/create-post. */
const fields: Fields = {
  text,
  card_uri: text,
  community_id: id,
  direct_message_deep_link: text,
  edit_options: object({ previous_post_id: id }, ['previous_post_id']),
  for_super_followers_only: flag,
  geo: object({ place_id: text }, ['place_id']),
  made_with_ai: flag,
  media: object(
    {
      media_ids: list(id, 1, 4),
      tagged_user_ids: list(id, 0, 10),
      description: text,
      embeddable: flag,
      preview_media_id: id,
      title: text,
    },
    ['media_ids'],
  ),
  nullcast: flag,
  paid_partnership: flag,
  poll: object({ options: list(text, 2, 4), duration_minutes: integer(5, 10_080), reply_settings: whoReplies }, [
    'options',
    'duration_minutes',
  ]),
  quote_tweet_id: id,
  reply: object({ in_reply_to_tweet_id: id, exclude_reply_user_ids: list(text, 0, 100), auto_populate_reply_metadata: flag }, [
    'in_reply_to_tweet_id',
  ]),
  reply_settings: whoReplies,
  share_with_followers: flag,
};
const longest = 280;

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
  checkFields(body, fields);
  const { text = '', media, reply } = body as Checked;
  const mediaIds = media?.media_ids ?? [];
  if (text.trim() === '' && mediaIds.length === 0) throw invalid('text: must not be empty');
  if (weightOf(text) > longest) throw forbidden('Your Tweet text is too long.');
  return { text, mediaIds, replyTo: reply?.in_reply_to_tweet_id };
}

/** What is left of a body when it is checked. */
interface Checked {
  readonly text?: string;
  readonly media?: { readonly media_ids: readonly string[] };
  readonly reply?: { readonly in_reply_to_tweet_id: string };
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
    type: 'https://api.x.com/2/problems/resource-not-found',
  });
}
