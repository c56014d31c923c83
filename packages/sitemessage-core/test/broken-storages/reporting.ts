import type { QueueStore } from '../../src/storage/port.ts';
import type { DispatchRecord, Outcome, Outcomes } from '../../src/storage/records.ts';
import { aMoment, type Broken, queue } from './broken.ts';

const each = 'notes each outcome of a dispatch with the time of its first report, and says whether it is new';
const atZero = 'notes an outcome at the time 0 as well';
const open = 'notes it of what is open too, which is claimed, settled and requeued as if nothing had been said, and keeps what was noted';
const once = 'says of one report that it is new when many come at the same time';
const byProvider = "lists what has a provider's id, to the letter, however long it is";

/** Shows other outcomes than were noted. */
const showing = (change: (outcomes: Outcomes) => Outcomes): Broken['spoil'] =>
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

const reporting = (report: (good: QueueStore, id: string, outcome: Outcome, now: number) => Promise<boolean>): Broken['spoil'] =>
  queue((good) => ({ report: (id, outcome, now) => report(good, id, outcome, now) }));

const listing = (id: (providerId: string) => string): Broken['spoil'] =>
  queue((good) => ({
    async *list({ providerId, ...filter }) {
      for await (const record of good.list(filter)) {
        if (providerId === undefined || (record.providerId !== undefined && id(record.providerId) === id(providerId))) yield record;
      }
    },
  }));

export const brokenAtReporting: readonly Broken[] = [
  {
    fault: 'keeps one outcome of a dispatch, the last one',
    caughtBy: [each],
    spoil: showing((outcomes) => Object.fromEntries(Object.entries(outcomes).slice(-1))),
  },
  {
    fault: 'says of everything reported that it is new',
    caughtBy: [each, atZero, once],
    spoil: reporting(async (good, ...given) => {
      await good.report(...given);
      return true;
    }),
  },
  {
    fault: 'takes the time 0 for none when it shows what was reported',
    caughtBy: [atZero],
    spoil: showing((outcomes) => Object.fromEntries(Object.entries(outcomes).filter(([, at]) => at > 0))),
  },
  {
    fault: 'notes the outcome of what is final only',
    caughtBy: [open],
    spoil: reporting(async (good, ...given) => (await good.find(given[0]))?.dueAt === undefined && good.report(...given)),
  },
  {
    fault: 'looks whether an outcome is new before it notes it',
    caughtBy: [once],
    spoil: reporting(async (good, ...given) => {
      const isNew = (await good.find(given[0]))?.outcomes === undefined;
      await aMoment();
      await good.report(...given);
      return isNew;
    }),
  },
  { fault: "does not look at the provider's id of a filter", caughtBy: [byProvider], spoil: listing(() => '') },
  {
    fault: "looks at a provider's id as its collation does, in which small letters are like large ones",
    caughtBy: [byProvider],
    spoil: listing((id) => id.toLowerCase()),
  },
  { fault: "tells long provider's ids apart by their beginnings", caughtBy: [byProvider], spoil: listing((id) => id.slice(0, 255)) },
  {
    fault: "takes no provider's id that is longer than an entry of its index",
    caughtBy: [byProvider],
    spoil: queue((good) => ({
      async settle(token, settlements, now, marks) {
        if (settlements.some((result) => result.status === 'sent' && (result.providerId?.length ?? 0) > 900)) throw new Error('too long');
        return good.settle(token, settlements, now, marks);
      },
    })),
  },
];
