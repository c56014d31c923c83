import type { Limit } from '@sitemessage/core';

export const limits = (address: string): readonly Limit[] => [
  // Everybody together: ten a second.
  { key: 'pigeon', intervalMs: 100, burst: 10 },
  // Each address: one a second.
  { key: `pigeon:${address}`, intervalMs: 1_000, burst: 1 },
];
