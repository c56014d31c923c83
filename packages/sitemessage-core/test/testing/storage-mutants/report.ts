import type { QueueStore } from '../../../src/storage/port.ts';
import type { DispatchRecord, Outcome, Outcomes } from '../../../src/storage/records.ts';
import { type Mutant, type Mutation, queue, yieldToOthers } from './mutate.ts';

const each = 'stores each outcome with the time of its first report, and returns whether it is new';
const atZero = 'stores an outcome at time 0';
const open = 'stores outcomes in any status, and keeps them through claim, settle and requeue';
const once = 'returns true for one of 8 concurrent reports';
const byProvider = 'lists dispatches by exact provider id of any length';

/** Changes the outcomes that `find` and `list` return. */
const changeOutcomes = (change: (outcomes: Outcomes) => Outcomes): Mutation =>
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

const replaceReport = (report: (good: QueueStore, id: string, outcome: Outcome, now: number) => Promise<boolean>): Mutation =>
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
    fault: 'keeps only the last outcome',
    caughtBy: [each],
    mutate: changeOutcomes((outcomes) => Object.fromEntries(Object.entries(outcomes).slice(-1))),
  },
  {
    fault: 'returns true for every report',
    caughtBy: [each, atZero, once],
    mutate: replaceReport(async (good, ...given) => {
      await good.report(...given);
      return true;
    }),
  },
  {
    fault: 'drops an outcome at time 0',
    caughtBy: [atZero],
    mutate: changeOutcomes((outcomes) => Object.fromEntries(Object.entries(outcomes).filter(([, at]) => at > 0))),
  },
  {
    fault: 'stores outcomes of final dispatches only',
    caughtBy: [open],
    mutate: replaceReport(async (good, ...given) => (await good.find(given[0]))?.dueAt === undefined && good.report(...given)),
  },
  {
    fault: 'checks for an outcome before its transaction',
    caughtBy: [once],
    mutate: replaceReport(async (good, ...given) => {
      const isNew = (await good.find(given[0]))?.outcomes === undefined;
      await yieldToOthers();
      await good.report(...given);
      return isNew;
    }),
  },
  { fault: 'ignores providerId in a filter', caughtBy: [byProvider], mutate: listing(() => '') },
  {
    fault: 'compares provider ids without case',
    caughtBy: [byProvider],
    mutate: listing((id) => id.toLowerCase()),
  },
  { fault: 'compares only the first 255 characters of provider ids', caughtBy: [byProvider], mutate: listing((id) => id.slice(0, 255)) },
  {
    fault: 'refuses provider ids longer than 900 characters',
    caughtBy: [byProvider],
    mutate: queue((good) => ({
      async settle(token, settlements, now, marks) {
        if (settlements.some((result) => result.status === 'sent' && (result.providerId?.length ?? 0) > 900)) throw new Error('too long');
        return good.settle(token, settlements, now, marks);
      },
    })),
  },
];
