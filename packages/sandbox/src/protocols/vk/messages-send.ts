import { checkNames, isMedia, type Parameters, readFlag, readId, readInteger, readList } from './parameters.ts';
import { badParameter, Refusal } from './refusal.ts';

/** https://dev.vk.com/en/method/messages.send, without those that name several recipients, or one by a name that has to be looked up. */
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
/** The schema says 9,000, and VK refuses from here on. */
const longest = 4_096;

/** What was asked to be sent, checked. */
export interface PrivateMessage {
  readonly peer: number;
  readonly randomId: number;
  readonly message: string;
  readonly attachments: readonly string[];
}

/** Throws a Refusal for whatever VK would refuse. */
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
  const message = parameters.message ?? '';
  const attachments = readList(parameters, 'attachment');
  if (message.trim() === '' && attachments.length === 0) throw badParameter('message is empty or invalid');
  if (message.length > longest) throw new Refusal(914, 'Message is too long');
  const stranger = attachments.find((part) => !isMedia(part));
  if (stranger !== undefined) throw badParameter(`"${stranger}" is no attachment`);
  return { peer, randomId, message, attachments };
}
