import { checkKeyboard } from './keyboard.ts';
import {
  checkCount,
  checkDegrees,
  checkJson,
  checkLength,
  checkNames,
  isMedia,
  type Parameters,
  readFlag,
  readId,
  readInteger,
  readList,
} from './parameters.ts';
import { badParameter, Refusal } from './refusal.ts';

/**
 * The parameters of https://dev.vk.com/en/method/messages.send, without those that name several recipients,
 * or one by a name that VK looks up.
 */
const known: readonly string[] = [
  'user_id',
  'random_id',
  'peer_id',
  'message',
  'lat',
  'long',
  'attachment',
  'reply_to',
  'forward_messages',
  'forward',
  'sticker_id',
  'group_id',
  'keyboard',
  'template',
  'payload',
  'content_source',
  'dont_parse_links',
  'disable_mentions',
  'intent',
  'subscribe_id',
];
/** The most code points of a message. VK refuses more with error 914, although its schema allows 9,000. */
const longest = 4_096;
/** The most code points by VK's schema. More are error 100. */
const longestOfSchema = 9_000;
const longestPayload = 1_000;
const mostForwarded = 1_000;
const intents: readonly string[] = [
  ...['default', 'account_update', 'bot_ad_invite', 'bot_ad_promo', 'confirmed_notification', 'customer_support'],
  ...['finance_notification', 'game_notification', 'moderated_newsletter', 'non_promo_newsletter', 'promo_newsletter', 'purchase_update'],
];

/** A checked private message. */
export interface PrivateMessage {
  readonly peer: number;
  readonly randomId: number;
  readonly message: string;
  readonly attachments: readonly string[];
}

/** @throws Refusal for a message that VK would refuse. */
export function readPrivateMessage(parameters: Parameters): PrivateMessage {
  checkNames(parameters, known);
  const peers = [readId(parameters, 'peer_id'), readId(parameters, 'user_id')].filter((id) => id !== undefined);
  const [peer] = peers;
  if (peer === undefined) throw badParameter('you should specify peer_id, user_id, domain, chat_id or user_ids param');
  if (peers.length > 1) throw badParameter('both peer_id and user_id are given');
  const randomId = readInteger(parameters, 'random_id');
  if (randomId === undefined) throw badParameter('random_id is a required parameter');
  if (randomId !== (randomId | 0)) throw badParameter('random_id has more than 32 bits');
  for (const name of ['dont_parse_links', 'disable_mentions']) readFlag(parameters, name);
  checkOthers(parameters);
  const message = parameters.message ?? '';
  const attachments = readList(parameters, 'attachment');
  if (message.trim() === '' && attachments.length === 0) throw badParameter('message is empty or invalid');
  if ([...message].length > longest) throw new Refusal(914, 'Message is too long');
  const unknown = attachments.find((part) => !isMedia(part));
  if (unknown !== undefined) throw badParameter(`"${unknown}" is no attachment`);
  return { peer, randomId, message, attachments };
}

/** Checks types and lengths by VK's schema: https://github.com/VKCOM/vk-api-schema. */
function checkOthers(parameters: Parameters): void {
  checkLength(parameters, 'message', longestOfSchema);
  checkLength(parameters, 'attachment', longestOfSchema);
  checkLength(parameters, 'payload', longestPayload);
  checkDegrees(parameters, 'lat', 90);
  checkDegrees(parameters, 'long', 180);
  readInteger(parameters, 'reply_to');
  for (const name of ['sticker_id', 'group_id']) checkCount(parameters, name);
  checkCount(parameters, 'subscribe_id', 100);
  for (const name of ['forward', 'template', 'content_source']) checkJson(parameters, name);
  const forwarded = readList(parameters, 'forward_messages');
  if (forwarded.length > mostForwarded) throw new Refusal(913, 'Too many forwarded messages');
  if (!forwarded.every((id) => /^\d+$/.test(id))) throw badParameter('forward_messages should be a list of integers');
  if (!intents.includes(parameters.intent ?? 'default')) throw badParameter('intent is not one of the allowed values');
  checkKeyboard(parameters.keyboard);
}
