import type { Delivery, Receipt } from '@sitemessage/core';
import { type Destination, destinationOf } from './address.ts';
import type { Api } from './api.ts';
import { messageOf, postOf } from './content.ts';
import { guidOf, randomIdOf } from './idempotency.ts';

/** Sends a delivery, with one request. */
export function send(api: Api, delivery: Delivery, signal: AbortSignal): Promise<Receipt> {
  const destination = destinationOf(delivery.address);
  return destination.kind === 'wall' ? post(api, destination, delivery, signal) : write(api, destination, delivery, signal);
}

/** https://dev.vk.com/en/method/wall.post */
async function post(api: Api, { id: owner }: Destination, { id, content }: Delivery, signal: AbortSignal): Promise<Receipt> {
  const { post_id } = await api.call(
    'wall.post',
    // Otherwise a post on the wall of a community would be one of the user.
    { owner_id: owner, ...(owner < 0 && { from_group: 1 }), ...postOf(content), guid: guidOf(id) },
    signal,
  );
  // As in its URL: https://vk.com/wall{owner}_{post}.
  return isId(post_id) ? { providerId: `${owner}_${post_id}` } : {};
}

/** https://dev.vk.com/en/method/messages.send */
async function write(api: Api, { id: peer }: Destination, { id, content }: Delivery, signal: AbortSignal): Promise<Receipt> {
  const parameters = { peer_id: peer, message: messageOf(content), random_id: randomIdOf(id) };
  const response = await api.call('messages.send', parameters, signal);
  const messageId = Array.isArray(response) ? response[0]?.message_id : response;
  return isId(messageId) ? { providerId: `peer:${peer}_${messageId}` } : {};
}

/** In a chat it can be 0, which names nothing. Anything but a number is no id, and may be a secret that a broken server repeats. */
const isId = (value: unknown): boolean => Number.isSafeInteger(value) && value !== 0;
