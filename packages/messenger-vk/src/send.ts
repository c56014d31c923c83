import { createHash } from 'node:crypto';
import type { Delivery, Receipt } from '@sitemessage/core';
import { type Destination, destinationOf } from './address.ts';
import type { Api } from './api.ts';
import { messageOf, postOf } from './content.ts';

/** Sends a delivery with one request. */
export function send(api: Api, delivery: Delivery, signal: AbortSignal): Promise<Receipt> {
  const destination = destinationOf(delivery.address);
  return destination.kind === 'wall' ? post(api, destination, delivery, signal) : sendMessage(api, destination, delivery, signal);
}

/**
 * Posts on a wall: https://dev.vk.com/en/method/wall.post. VK drops a post with a repeated `guid`. The `guid` is
 * a text, so it holds the whole dispatch id.
 */
async function post(api: Api, { id: owner }: Destination, { id, content }: Delivery, signal: AbortSignal): Promise<Receipt> {
  const { post_id } = await api.call(
    'wall.post',
    // Without `from_group`, a post on the wall of a community would be in the user's name.
    { owner_id: owner, ...(owner < 0 && { from_group: 1 }), ...postOf(content), guid: id },
    signal,
  );
  // The id is that of the post's URL: https://vk.com/wall{owner}_{post}.
  return isId(post_id) ? { providerId: `${owner}_${post_id}` } : {};
}

/** Sends a private message: https://dev.vk.com/en/method/messages.send. */
async function sendMessage(api: Api, { id: peer }: Destination, { id, content }: Delivery, signal: AbortSignal): Promise<Receipt> {
  const parameters = { peer_id: peer, message: messageOf(content), random_id: randomIdOf(id) };
  const response = await api.call('messages.send', parameters, signal);
  const messageId = Array.isArray(response) ? response[0]?.message_id : response;
  return isId(messageId) ? { providerId: `peer:${peer}_${messageId}` } : {};
}

/**
 * The id of a message in a chat can be 0, which names nothing. A broken server could send a secret in place
 * of a number.
 */
const isId = (value: unknown): boolean => Number.isSafeInteger(value) && value !== 0;

/**
 * Returns the `random_id` of a dispatch, an int32, the same for every attempt. VK drops a second message with
 * it. One page of VK says that it protects one recipient from a repeat
 * (https://dev.vk.com/api/bots/development/messages), an older one that it belongs to the app and the sender.
 * Two dispatches share one by chance once in four billion pairs. Then VK drops the later message, which
 * counts as sent.
 */
export const randomIdOf = (dispatchId: string): number => int32Of(createHash('sha256').update(dispatchId).digest());

/** Returns the first 32 bits. Never returns 0, which would switch off VK's check. */
export const int32Of = (hash: Buffer): number => hash.readInt32BE() || 1;
