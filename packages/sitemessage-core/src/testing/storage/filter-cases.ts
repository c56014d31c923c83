import type { DispatchFilter, QueueStore, Settlement } from '../../storage/port.ts';
import type { MessageRecord, NewDispatch, Outcome } from '../../storage/records.ts';
import { alert, busyError, claim, dispatch, dispatchIdOf, hour, idsOf, message, news, refusedError, second, t0, tokenOf } from './data.ts';

/** A second message of the type of `alert`. */
const alarm: MessageRecord = message(3, { type: 'alert' });

const rows: readonly NewDispatch[] = [
  dispatch(1, { address: 'a' }),
  dispatch(2, { address: 'b' }),
  dispatch(3, { address: 'a', messenger: 'telegram' }),
  dispatch(4, { address: 'a' }, alert),
  dispatch(5, { address: 'b', messenger: 'telegram' }, alert),
  dispatch(6, { address: 'c' }, alarm),
];

const reports: readonly (readonly [n: number, outcome: Outcome])[] = [
  [2, 'read'],
  [2, 'delivered'],
  [4, 'read'],
  [5, 'bounced'],
];

/** The statuses of the dispatches with odd and with even numbers. */
export interface Statuses {
  readonly odd: 'error' | 'failed';
  readonly even: 'pending' | 'skipped';
}

/**
 * Stores six dispatches that differ in every field of a filter. The last three change a second later. None is
 * due for an hour.
 */
export async function populate(queue: QueueStore, { odd, even }: Statuses): Promise<void> {
  await queue.enqueue([news, alert, alarm], rows, t0 - hour);
  for (const messenger of ['smtp', 'telegram']) await claim(queue, { messenger });
  const settlements = rows.map(({ id }, index): Settlement => {
    if (index % 2 === 0)
      return odd === 'failed' ? { id, status: odd, error: refusedError } : { id, status: odd, dueAt: t0 + hour, error: busyError };
    return even === 'skipped' ? { id, status: even, reason: 'expired' } : { id, status: 'released', dueAt: t0 + hour };
  });
  await queue.settle(tokenOf(1), settlements.slice(0, 3), t0);
  await queue.settle(tokenOf(1), settlements.slice(3), t0 + second);
  for (const [n, outcome] of reports) await queue.report(dispatchIdOf(n), outcome, t0);
}

/** The name of a filter, the filter, and the numbers of the matching dispatches. */
export type FilterCase = readonly [what: string, filter: DispatchFilter, numbers: readonly number[]];

/** Returns filters with each field alone and with several fields. */
export const filterCases = ({ odd, even }: Statuses): readonly FilterCase[] => [
  ['an empty filter', {}, [1, 2, 3, 4, 5, 6]],
  ['ids', { ids: idsOf(5, 2, 99, 2) }, [2, 5]],
  ['an empty list of ids', { ids: [] }, []],
  ['40,000 ids', { ids: idsOf(...Array.from({ length: 40_000 }, (_, index) => index + 4)) }, [4, 5, 6]],
  ['message', { messageId: alert.id }, [4, 5]],
  ['messenger', { messenger: 'telegram' }, [3, 5]],
  ['type', { type: 'alert' }, [4, 5, 6]],
  ['address', { address: 'a' }, [1, 3, 4]],
  [`status ${odd}`, { status: odd }, [1, 3, 5]],
  [`status ${even}`, { status: even }, [2, 4, 6]],
  ['since', { since: t0 + second }, [4, 5, 6]],
  ['a later since', { since: t0 + second + 1 }, []],
  ['outcome', { outcome: 'read' }, [2, 4]],
  ['an outcome that none has', { outcome: 'complained' }, []],
  ['messenger and address', { messenger: 'smtp', address: 'a' }, [1, 4]],
  ['type, status and since', { type: 'alert', status: even, since: t0 }, [4, 6]],
  ['ids and address', { ids: idsOf(1, 2, 3), address: 'a' }, [1, 3]],
  [
    'every field',
    { ids: idsOf(3, 4, 5), messageId: alert.id, messenger: 'smtp', type: 'alert', address: 'a', status: even, since: t0, outcome: 'read' },
    [4],
  ],
  ['contradicting fields', { messageId: news.id, type: 'alert' }, []],
];
