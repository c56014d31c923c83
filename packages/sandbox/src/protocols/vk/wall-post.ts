import { checkCount, checkDegrees, checkNames, isMedia, type Parameters, readFlag, readId, readInteger, readList } from './parameters.ts';
import { badParameter } from './refusal.ts';

/** The parameters of https://dev.vk.com/en/method/wall.post. */
const known: readonly string[] = [
  'owner_id',
  'friends_only',
  'from_group',
  'message',
  'attachments',
  'services',
  'signed',
  'publish_date',
  'lat',
  'long',
  'place_id',
  'post_id',
  'guid',
  'mark_as_ads',
  'link_title',
  'link_photo_id',
  'close_comments',
  'donut_paid_duration',
  'mute_notifications',
  'copyright',
];
const mostAttachments = 10;

/** A checked post. */
export interface Post {
  readonly owner: number;
  readonly isFromGroup: boolean;
  readonly message: string;
  readonly attachments: readonly string[];
  readonly guid: string | undefined;
}

/** @throws Refusal for a post that VK would refuse. `self` is the id of the token's user. */
export function readPost(parameters: Parameters, self: number): Post {
  checkNames(parameters, known);
  const owner = readId(parameters, 'owner_id') ?? self;
  for (const name of ['friends_only', 'signed', 'close_comments', 'mute_notifications', 'mark_as_ads']) readFlag(parameters, name);
  for (const name of ['publish_date', 'place_id', 'post_id']) checkCount(parameters, name);
  readInteger(parameters, 'donut_paid_duration');
  checkDegrees(parameters, 'lat', 90);
  checkDegrees(parameters, 'long', 180);
  const message = parameters.message ?? '';
  const attachments = readList(parameters, 'attachments');
  if (message.trim() === '' && attachments.length === 0) throw badParameter('message and attachments are empty');
  if (attachments.length > mostAttachments) throw badParameter(`there are more than ${mostAttachments} attachments`);
  const links = attachments.filter((part) => /^https?:\/\//.test(part));
  const unknown = attachments.find((part) => !isMedia(part) && !(links.includes(part) && URL.canParse(part)));
  if (unknown !== undefined) throw badParameter(`"${unknown}" is no attachment`);
  if (links.length > 1) throw badParameter('more than one link is attached');
  // On a user's wall, `from_group` has no meaning.
  const isFromGroup = readFlag(parameters, 'from_group') && owner < 0;
  return { owner, isFromGroup, message, attachments, guid: parameters.guid };
}
