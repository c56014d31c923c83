import type { Content, Delivery } from '@sitemessage/core';

let count = 0;

/** A delivery as core makes it, with an id of its own. */
export function delivery(address: string, content: Partial<Content> = {}): Delivery {
  count += 1;
  const id = `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`;
  return { id, address, attempt: 1, message: { id: 'm1', type: 'test' }, content: { text: 'Hi there!', ...content } };
}
