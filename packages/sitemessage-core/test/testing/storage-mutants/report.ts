import type { QueueStore } from '../../../src/storage/port.ts';
import type { DispatchRecord, Outcome, Outcomes } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue, yieldToOthers } from './mutate.ts';

const each = 'stores each outcome with the time of its first report, and returns whether it is new';
const atZero = 'stores an outcome at time 0';
const open = 'stores outcomes in any status, and keeps them through claim, settle and requeue';
const once = 'returns true for one of 8 concurrent reports';
const byProvider = 'lists dispatches by exact provider id of any length';

/** Shows other outcomes than were noted. */
const showing = (change: (outcomes: Outcomes) => Outcomes): Mutation =>
  queue((good) => {
    const shown = <Shown extends DispatchRecord>(record: Shown): Shown =>
      record.outcomes ? { ...record, outcomes: change(record.outcomes) } : record;
    return {
      async find(id) {
        const found = await good.find(id);
        return found && shown(found);
      },
      async *list(filter) {
        for await (const record of good.list(filter)) yield shown(record);
      },
    };
  });

const reporting = (report: (good: QueueStore, id: string, outcome: Outcome, now: number) => Promise<boolean>): Mutation =>
  queue((good) => ({ report: (id, outcome, now) => report(good, id, outcome, now) }));

const listing = (id: (providerId: string) => string): Mutation =>
  queue((good) => ({
    async *list({ providerId, ...filter }) {
      for await (const record of good.list(filter)) {
        if (providerId === undefined || (record.providerId !== undefined && id(record.providerId) === id(providerId))) yield record;
      }
    },
  }));

export const reportMutants: readonly Mutant[] = [
  {
    fault: 'keeps one outcome of a dispatch, the last one',
    caughtBy: [each],
    mutate: showing((outcomes) => Object.fromEntries(Object.entries(outcomes).slice(-1))),
  },
  {
    fault: 'says of everything reported that it is new',
    caughtBy: [each, atZero, once],
    mutate: reporting(async (good, ...given) => {
      await good.report(...given);
      return true;
    }),
  },
  {
    fault: 'takes the time 0 for none when it shows what was reported',
    caughtBy: [atZero],
    mutate: showing((outcomes) => Object.fromEntries(Object.entries(outcomes).filter(([, at]) => at > 0))),
  },
  {
    fault: 'notes the outcome of what is final only',
    caughtBy: [open],
    mutate: reporting(async (good, ...given) => (await good.find(given[0]))?.dueAt === undefined && good.report(...given)),
  },
  {
    fault: 'looks whether an outcome is new before it notes it',
    caughtBy: [once],
    mutate: reporting(async (good, ...given) => {
      const isNew = (await good.find(given[0]))?.outcomes === undefined;
      await yieldToOthers();
      await good.report(...given);
      return isNew;
    }),
  },
  { fault: "does not look at the provider's id of a filter", caughtBy: [byProvider], mutate: listing(() => '') },
  {
    fault: "looks at a provider's id as its collation does, in which small letters are like large ones",
    caughtBy: [byProvider],
    mutate: listing((id) => id.toLowerCase()),
  },
  { fault: "tells long provider's ids apart by their beginnings", caughtBy: [byProvider], mutate: listing((id) => id.slice(0, 255)) },
  {
    fault: "takes no provider's id that is longer than an entry of its index",
    caughtBy: [byProvider],
    mutate: queue((good) => ({
      async settle(token, settlements, now, marks) {
        if (settlements.some((result) => result.status === 'sent' && (result.providerId?.length ?? 0) > 900)) throw new Error('too long');
        return good.settle(token, settlements, now, marks);
      },
    })),
  },
];
