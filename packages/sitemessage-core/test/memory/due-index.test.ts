import { describe, expect, it } from 'vitest';
import { createDueIndex } from '../../src/memory/due-index.ts';
import type { Row } from '../../src/memory/row.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

const request = { messenger: 'smtp', types: ['news'], now: 1_000, limit: 10 };

/** Returns an index of `count` rows, and how many rows it has looked up. */
function indexOf(count: number, describeRow: (index: number) => { readonly type?: string; readonly dueAt?: number }) {
  const rows = new Map<string, Row>();
  let lookUps = 0;
  const dueIndex = createDueIndex((id) => {
    lookUps += 1;
    return rows.get(id);
  });
  for (let index = 0; index < count; index++) {
    const { type = 'news', dueAt = 1_000 } = describeRow(index);
    const id = String(index).padStart(6, '0');
    const row: Row = {
      dispatch: { id, messageId: 'm', messenger: 'smtp', type, priority: 0, dueAt, address: 'a@example.com' },
      errors: [],
      outcomes: {},
      state: { status: 'pending', attempt: 0, losses: 0, changedAt: 0, dueAt },
    };
    rows.set(id, row);
    dueIndex.add(row);
  }
  return { dueIndex, lookUps: () => lookUps };
}

describe('the due index of the memory storage', () => {
  it('never looks up rows of another type, however many there are', () => {
    const { dueIndex, lookUps } = indexOf(20_000, (index) => ({ type: index < 19_995 ? 'foreign' : 'news' }));
    expect(dueIndex.take(request)).toHaveLength(5);
    expect(lookUps()).toBeLessThan(50);
  });

  it('looks up one row that is not due, not all of them', () => {
    const { dueIndex, lookUps } = indexOf(20_000, (index) => ({ dueAt: index < 19_995 ? 2_000 : 1_000 }));
    expect(dueIndex.take(request)).toHaveLength(5);
    expect(lookUps()).toBeLessThan(50);
  });

  it('returns rows in order, whatever the order of their insertion', () => {
    const { random } = fakeRuntime();
    const { dueIndex } = indexOf(5_000, () => ({ dueAt: Math.floor(random() * 900) }));
    const taken = Array.from({ length: 500 }, () => dueIndex.take(request)).flat();
    const places = taken.map(({ dispatch }) => dispatch.dueAt * 1_000_000 + Number(dispatch.id));
    expect(places).toHaveLength(5_000);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
