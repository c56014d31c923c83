import type { SiteContext } from '../context.ts';
import { type Claim, fanOutAlias } from '../storage/records.ts';
import { expand, type FanOutSettlement } from './page-row.ts';

/** Pages that are stored in one go. */
interface Group {
  readonly token: string;
  readonly pages: readonly { readonly claim: Claim; readonly type: string }[];
}

/** How long it took to find out whom a group is for, and to store it, in milliseconds, and how much of that the process did nothing else. */
interface Taken {
  readonly askedMs: number;
  readonly heldMs: number;
  readonly tookMs: number;
}

/** 20,000 rows to insert; 100,000 when a message is for subscribers, and hardly any of those before was to be sent to. */
const largestGroup = 40;
/** While a database server stores one group, the next one is made ready, and stored beside it. */
const mostGroups = 2;
/** How long a group should take until it is known whom it is for, in milliseconds: it has to fit into its lease, and into memory, however slow the application is with its users. */
const wantedAskedMs = 110;
/** How long a group should hold up the process, in milliseconds: SQLite does all of its work meanwhile. */
const wantedHeldMs = 15;
/** How long a group should take a database server, of 200 ms at most: each transaction costs it some turns of the line, and two are on their way. */
const wantedTookMs = 110;

/**
 * How many pages are stored in one go, by how long the group before took. No more than twice as many: what another one measured, that was on
 * its way at the same time, may not have been seen yet.
 */
function nextSize(pages: number, { askedMs, heldMs, tookMs }: Taken): number {
  const factor = Math.min(2, wantedAskedMs / askedMs, wantedHeldMs / heldMs, wantedTookMs / tookMs);
  return Math.min(largestGroup, Math.max(1, Math.round(pages * factor)));
}

export interface ExpandOptions {
  /** Of the pages, in milliseconds. */
  readonly leaseMs: number;
  /** Aborted to leave the rest as it is. */
  readonly stop: AbortSignal;
  /** Called after every group. */
  readonly onGroup?: () => Promise<void>;
}

/**
 * Replaces fan-out rows by the dispatches that they stand for, until none is left. Returns how many dispatches. A crash in the middle
 * repeats nothing: the ids of what a row expands to follow from the message and the recipient.
 */
export async function expandFanOuts(site: SiteContext, { leaseMs, stop, onGroup }: ExpandOptions): Promise<number> {
  let expanded = 0;
  let size = 1;
  /** Returns whether there was one. */
  const expandGroup = async (): Promise<boolean> => {
    const group = await claimGroup(size, leaseMs, site);
    if (group.pages.length === 0) return false;
    const { stored, ...taken } = await store(group, site);
    expanded += stored;
    size = nextSize(group.pages.length, taken);
    return true;
  };
  const underWay = new Set<Promise<boolean>>();
  const work = async (): Promise<void> => {
    while (!stop.aborted) {
      const mine = expandGroup();
      underWay.add(mine);
      const found = await mine.finally(() => underWay.delete(mine));
      // A row for subscribers may become many: whoever found nothing looks again when that is stored.
      if (!found) {
        if (underWay.size > 0 && (await Promise.race(underWay))) continue;
        return;
      }
      await onGroup?.();
      // A storage in this process never waits for anything: without this, nothing else would run until the last page.
      await site.runtime.turn();
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(mostGroups, site.storage.concurrency) }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return expanded;
}

async function claimGroup(limit: number, leaseMs: number, { runtime, storage, clock, types }: SiteContext): Promise<Group> {
  const token = runtime.id();
  const now = await clock.now();
  const { claims, messages } = await storage.queue.claim({
    token,
    now,
    leaseUntil: now + leaseMs,
    limit,
    messenger: fanOutAlias,
    types: types.aliases(),
  });
  const typeOf = new Map(messages.map((message) => [message.id, message.type]));
  return { token, pages: claims.map((claim) => ({ claim, type: typeOf.get(claim.messageId) as string })) };
}

async function store({ token, pages }: Group, site: SiteContext): Promise<Taken & { readonly stored: number }> {
  const { runtime, storage, clock, events } = site;
  const results: { readonly claim: Claim; readonly type: string; readonly settlement: FanOutSettlement }[] = [];
  const asking = runtime.monotonic();
  // One after the other: the application's database is asked for its users by so many only as store groups.
  for (const { claim, type } of pages) results.push({ claim, type, settlement: await expand(claim, type, site) });
  const askedMs = runtime.monotonic() - asking;
  const settlements = results.map(({ settlement }) => settlement);
  const now = await clock.now();
  const start = runtime.monotonic();
  const storing = storage.queue.settle(token, settlements, now);
  const heldMs = runtime.monotonic() - start;
  const { ids, added } = await storing;
  const applied = new Set(ids);
  const tookMs = runtime.monotonic() - start;
  // A row that stands for a part of the subscribers is new whenever it is stored, and no dispatch yet.
  let stored = added;
  for (const { claim, type, settlement } of results) {
    if (!applied.has(claim.id)) continue;
    if (settlement.status === 'expanded') {
      stored -= settlement.dispatches.filter(({ messenger }) => messenger === fanOutAlias).length;
      continue;
    }
    const { id, messageId, address, attempt } = claim;
    const dispatch = { id, messageId, type, messenger: fanOutAlias, address, attempt };
    if (settlement.status === 'error') events.emit({ type: 'error', dispatch, error: settlement.error, dueAt: settlement.dueAt });
    else events.emit({ type: 'failed', dispatch, error: settlement.error, recipientGone: false });
  }
  return { stored, askedMs, heldMs, tookMs };
}

/** How often to look whether the pages that others are expanding are done. */
const lookMs = 100;

/** Replaces all fan-out rows that this process can, and waits for those that others are at; for no longer than a lease, which one of them may have left behind. */
export async function expandAll(site: SiteContext, options: ExpandOptions): Promise<void> {
  const { runtime, storage, types } = site;
  const giveUpAt = runtime.monotonic() + options.leaseMs;
  for (;;) {
    await expandFanOuts(site, options);
    const pages = await storage.queue.counts({ messenger: fanOutAlias });
    const isBusy = pages.some(({ status, type }) => status === 'processing' && types.find(type));
    if (!isBusy || options.stop.aborted || runtime.monotonic() > giveUpAt) return;
    await runtime.sleep(lookMs, options.stop);
  }
}
