import type { HttpRequest } from '../../http/listener.ts';
import { jsonObjectOf } from '../../http/parameters.ts';
import { checkFields, type Fields, flag, id, integer, list, object, oneOf, text } from './fields.ts';
import { forbidden, invalid, Refusal } from './refusal.ts';
import { weightOf } from './weight.ts';

const replySettings = oneOf('following', 'mentionedUsers', 'subscribers', 'verified');

/** The fields of https://docs.x.com/x-api/posts/create-post. */
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
  poll: object({ options: list(text, 2, 4), duration_minutes: integer(5, 10_080), reply_settings: replySettings }, [
    'options',
    'duration_minutes',
  ]),
  quote_tweet_id: id,
  reply: object({ in_reply_to_tweet_id: id, exclude_reply_user_ids: list(text, 0, 100), auto_populate_reply_metadata: flag }, [
    'in_reply_to_tweet_id',
  ]),
  reply_settings: replySettings,
  share_with_followers: flag,
};
/** The largest weight of a text. */
const heaviest = 280;

/** A checked post. */
export interface Post {
  readonly text: string;
  readonly mediaIds: readonly string[];
  readonly replyTo: string | undefined;
}

/** @throws Refusal for a post that X would refuse. */
export function readPost(request: HttpRequest): Post {
  const body = jsonObjectOf(request);
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '') || !body) throw invalid('The body must be a JSON object.');
  checkFields(body, fields);
  const { text = '', media, reply } = body as Checked;
  const mediaIds = media?.media_ids ?? [];
  if (text.trim() === '' && mediaIds.length === 0) throw invalid('text: must not be empty');
  if (weightOf(text) > heaviest) throw forbidden('Your Tweet text is too long.');
  return { text, mediaIds, replyTo: reply?.in_reply_to_tweet_id };
}

/** The used fields of a checked body. */
interface Checked {
  readonly text?: string;
  readonly media?: { readonly media_ids: readonly string[] };
  readonly reply?: { readonly in_reply_to_tweet_id: string };
}

/**
 * Returns the account that a text begins with, as `@name` in lower case, and the rest. Without one, an
 * empty address.
 */
export function mentionOf(text: string): { readonly address: string; readonly rest: string } {
  const [whole = '', name] = /^@(\w{1,15})(?:\s|$)/.exec(text) ?? [];
  return name === undefined ? { address: '', rest: text } : { address: `@${name.toLowerCase()}`, rest: text.slice(whole.length) };
}

/** @throws Refusal for a reply to an unknown post. */
export function checkReply(replyTo: string | undefined, ids: ReadonlySet<string>): void {
  if (replyTo === undefined || ids.has(replyTo)) return;
  throw new Refusal({
    status: 404,
    title: 'Not Found Error',
    detail: `Could not find tweet with id: [${replyTo}].`,
    type: 'https://api.x.com/2/problems/resource-not-found',
  });
}
