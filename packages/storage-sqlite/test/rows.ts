import type { ClaimRequest, MessageRecord, NewDispatch } from '@sitemessage/core/storage';

export const news: MessageRecord = { id: 'news-1', type: 'news', context: '{"n":1}', createdAt: 0 };

/** Returns an id. Ids sort like their numbers. */
export const idOf = (n: number): string => `d${String(n).padStart(7, '0')}`;

/** Returns a dispatch of `news` through smtp, due at 0, with these changes. */
export function dispatch(n: number, fields: Partial<NewDispatch> = {}): NewDispatch {
  return {
    id: idOf(n),
    messageId: news.id,
    messenger: 'smtp',
    type: 'news',
    priority: 0,
    dueAt: 0,
    address: `user${n}@example.com`,
    ...fields,
  };
}

/** Returns the dispatches from `first` to `last`, both included. */
export function dispatches(first: number, last: number, fields: Partial<NewDispatch> = {}): NewDispatch[] {
  return Array.from({ length: last - first + 1 }, (_, index) => dispatch(first + index, fields));
}

export const request: ClaimRequest = { token: 'token', now: 1_000, leaseUntil: 61_000, limit: 100, messenger: 'smtp', types: ['news'] };
