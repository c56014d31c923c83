import type { Sitemessage } from '@sitemessage/core';

/** A site with a messenger `mail`, on any storage. */
export type Shop<Transaction, Stored> = Sitemessage<
  { mail: string },
  never,
  Transaction,
  Stored
>;
