import type { SiteContext } from '../context.ts';
import { type Claim, fanOutAlias } from '../storage/records.ts';
import { expand, type FanOutSettlement } from './page-row.ts';

/** The rows that are claimed, expanded and stored together. */
interface Group {
  readonly token: string;
  readonly pages: readonly { readonly claim: Claim; readonly type: string }[];
}

/** The durations of a group, in milliseconds. */
interface Durations {
  /** The time to look up the group's recipients. */
  readonly resolveMs: number;
  /** The time for which storing blocked the process. */
  readonly blockedMs: number;
  /** The whole time to store the group. */
  readonly storeMs: number;
}

/** The most rows of a group: 20,000 dispatches from pages, or 100,000 from rows of subscribers. */
const largestGroup = 40;
/** The most groups at the same time. While a database server stores one, the next one is prepared. */
const mostGroups = 2;
/**
 * The wanted time to look up the recipients of a group, in milliseconds. The group must fit into its lease
 * and into memory, even if the application looks up its users slowly.
 */
const wantedResolveMs = 110;
/**
 * The wanted time for which a group blocks the process, in milliseconds. SQLite blocks it for all of its
 * work.
 */
const wantedBlockedMs = 15;
/**
 * The wanted time to store a group in a database server, in milliseconds. The aim is 200 ms at most. Each
 * transaction costs several round trips, and two transactions run at the same time.
 */
const wantedStoreMs = 110;

/**
 * Returns the number of rows of the next group, from the durations of the last one. It grows by a factor of
 * 2 at most, because the measurement of a group that runs at the same time may be missing.
 */
function nextSize(pages: number, { resolveMs, blockedMs, storeMs }: Durations): number {
  const factor = Math.min(2, wantedResolveMs / resolveMs, wantedBlockedMs / blockedMs, wantedStoreMs / storeMs);
  return Math.min(largestGroup, Math.max(1, Math.round(pages * factor)));
}

export interface ExpandOptions {
  /** The lease of the claimed rows, in milliseconds. */
  readonly leaseMs: number;
  /** Aborts to leave the remaining rows unexpanded. */
  readonly stop: AbortSignal;
  /** Called after every group. */
  readonly onGroup?: () => Promise<void>;
}

/**
 * Replaces fan-out rows by their dispatches until no row is left. Returns the number of new dispatches.
 * After a crash no dispatch exists twice, because its id follows from the message and the recipient.
 */
export async function expandFanOuts(site: SiteContext, { leaseMs, stop, onGroup }: ExpandOptions): Promise<number> {
  let expanded = 0;
  let size = 1;
  /** Returns false when no row was left to claim. */
  const expandGroup = async (): Promise<boolean> => {
    const group = await claimGroup(size, leaseMs, site);
    if (group.pages.length === 0) return false;
    const { stored, ...durations } = await store(group, site);
    expanded += stored;
    size = nextSize(group.pages.length, durations);
    return true;
  };
  const underWay = new Set<Promise<boolean>>();
  const work = async (): Promise<void> => {
    while (!stop.aborted) {
      const mine = expandGroup();
      underWay.add(mine);
      const found = await mine.finally(() => underWay.delete(mine));
      // A row of subscribers may become many rows. So a loop that found none looks again when a group is
      // stored.
      if (!found) {
        if (underWay.size > 0 && (await Promise.race(underWay))) continue;
        return;
      }
      await onGroup?.();
      // A storage in this process never waits for I/O. Without this turn of the event loop, nothing else
      // would run.
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

async function store({ token, pages }: Group, site: SiteContext): Promise<Durations & { readonly stored: number }> {
  const { runtime, storage, clock, events } = site;
  const results: { readonly claim: Claim; readonly type: string; readonly settlement: FanOutSettlement }[] = [];
  const resolveStart = runtime.monotonic();
  // In sequence, so that the application gets at most one call of `resolveUsers` from each group.
  for (const { claim, type } of pages) results.push({ claim, type, settlement: await expand(claim, type, site) });
  const resolveMs = runtime.monotonic() - resolveStart;
  const settlements = results.map(({ settlement }) => settlement);
  const now = await clock.now();
  const start = runtime.monotonic();
  const storing = storage.queue.settle(token, settlements, now);
  const blockedMs = runtime.monotonic() - start;
  const { ids, added } = await storing;
  const applied = new Set(ids);
  const storeMs = runtime.monotonic() - start;
  // `added` counts new rows of subscribers too. They are not dispatches.
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
  return { stored, resolveMs, blockedMs, storeMs };
}

/** The time between two checks for rows that other processes expand, in milliseconds. */
const checkMs = 100;

/**
 * Replaces all fan-out rows that this process can, and waits until other processes have replaced theirs. It
 * waits for one lease at most, because a process that crashed does not finish.
 */
export async function expandAll(site: SiteContext, options: ExpandOptions): Promise<void> {
  const { runtime, storage, types } = site;
  const giveUpAt = runtime.monotonic() + options.leaseMs;
  for (;;) {
    await expandFanOuts(site, options);
    const pages = await storage.queue.counts({ messenger: fanOutAlias });
    const isBusy = pages.some(({ status, type }) => status === 'processing' && types.find(type));
    if (!isBusy || options.stop.aborted || runtime.monotonic() > giveUpAt) return;
    await runtime.sleep(checkMs, options.stop);
  }
}
