import type { SiteContext } from '../context.ts';
import { expandAll } from '../fan-out/expand.ts';
import { defaultLeaseMs } from '../send/send-due.ts';
import type { DispatchFilter } from '../storage/port.ts';
import { fanOutAlias } from '../storage/records.ts';
import { check, checkOptions } from '../validate.ts';
import { checkFilter } from './filter.ts';

export interface UndeliveredOptions {
  /** Called when there are any, with how many. Schedule a message to whoever looks after it, or raise an alarm. Default: nobody. */
  readonly notify?: (count: number) => void | Promise<void>;
  /** Only those that failed in so many milliseconds. Default: a day. */
  readonly withinMs?: number;
}

const dayMs = 24 * 60 * 60_000;

/** How many dispatches failed lately. */
export async function checkUndelivered(options: UndeliveredOptions, { storage, clock }: SiteContext): Promise<number> {
  checkOptions(
    options,
    { notify: check.function, withinMs: check.integer(0, undefined, 'whole milliseconds') },
    { of: 'checkUndelivered' },
  );
  const { notify, withinMs = dayMs } = options;
  const since = (await clock.now()) - withinMs;
  const counts = await storage.queue.counts({ since });
  const failed = counts.filter(({ status }) => status === 'failed').reduce((sum, { count }) => sum + count, 0);
  if (failed > 0) await notify?.(failed);
  return failed;
}

/** Failed and skipped dispatches that match are sent again, with all their attempts. Returns how many. */
export async function requeue(filter: DispatchFilter, { storage, clock }: SiteContext): Promise<number> {
  return storage.queue.requeue(checkFilter(filter), await clock.now());
}

/**
 * Dispatches that match and are not in flight are skipped. Returns how many. A list that is not expanded yet holds some of them: it is
 * expanded first, unless what matches is named by its id.
 */
export async function cancel(filter: DispatchFilter, site: SiteContext, stop: AbortSignal): Promise<number> {
  checkFilter(filter);
  const { storage, clock, messengers } = site;
  const { ids, messenger } = filter;
  let count = 0;
  const cancelAll = async (one: DispatchFilter): Promise<void> => {
    // In two steps: several of these run at once, and `count += await` reads the count before it waits.
    const cancelled = await storage.queue.cancel(one, await clock.now());
    count += cancelled;
  };
  if (!ids && messenger !== fanOutAlias) {
    // Workers send what is expanded already, while the rest still is.
    const onGroup = async (): Promise<void> => {
      for (const { alias } of messengers.all()) if ((messenger ?? alias) === alias) await cancelAll({ ...filter, messenger: alias });
    };
    await onGroup();
    await expandAll(site, { leaseMs: defaultLeaseMs, stop, onGroup });
  }
  await cancelAll(filter);
  return count;
}
