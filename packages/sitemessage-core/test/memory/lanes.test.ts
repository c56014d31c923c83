import { describe, expect, it } from 'vitest';
import { createLanes } from '../../src/memory/lanes.ts';
import type { Row } from '../../src/memory/table.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

const request = { messenger: 'smtp', types: ['news'], now: 1_000, limit: 10 };

/** Lanes over so many rows, and how many of them were looked at. */
function lanesOf(count: number, describeRow: (index: number) => { readonly type?: string; readonly dueAt?: number }) {
  const rows = new Map<string, Row>();
  let looks = 0;
  const lanes = createLanes((id) => {
    looks += 1;
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
    lanes.add(row);
  }
  return { lanes, looks: () => looks };
}

describe('the lanes of the storage in memory', () => {
  it('never look at rows of another type, be there ever so many', () => {
    const { lanes, looks } = lanesOf(20_000, (index) => ({ type: index < 19_995 ? 'foreign' : 'news' }));
    expect(lanes.take(request)).toHaveLength(5);
    expect(looks()).toBeLessThan(50);
  });

  it('look at one row that is not due, not at all of them', () => {
    const { lanes, looks } = lanesOf(20_000, (index) => ({ dueAt: index < 19_995 ? 2_000 : 1_000 }));
    expect(lanes.take(request)).toHaveLength(5);
    expect(looks()).toBeLessThan(50);
  });

  it('give rows in order, whatever the order in which they came', () => {
    const { random } = fakeRuntime();
    const { lanes } = lanesOf(5_000, () => ({ dueAt: Math.floor(random() * 900) }));
    const taken = Array.from({ length: 500 }, () => lanes.take(request)).flat();
    const places = taken.map(({ dispatch }) => dispatch.dueAt * 1_000_000 + Number(dispatch.id));
    expect(places).toHaveLength(5_000);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
