import type { Sitemessage } from '@sitemessage/core';

/** A site with a messenger `mail`, whatever it stores in. */
export type Shop<Transaction, Stored> = Sitemessage<
  { mail: string },
  never,
  Transaction,
  Stored
>;
