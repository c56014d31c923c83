/** What else is stored while a few dispatches are due: so many rows, and what they are. */
export interface Crowd {
  readonly name: string;
  readonly rows: readonly Filling[];
}

interface Filling {
  readonly count: number;
  readonly status: 'pending' | 'sent';
  readonly type: 'news' | 'unknown';
  readonly priority: number;
  readonly dueAt: number;
}

export const now = 1_000_000;
const million = 1_000_000;

const due = { status: 'pending', type: 'news', priority: 0, dueAt: now - 1_000 } as const;

/** The first one is what the others are compared with. */
export const crowds: readonly Crowd[] = [
  { name: '1,000 due', rows: [{ ...due, count: 1_000 }] },
  {
    name: '1,000,000 due, and 1,000,000 finished',
    rows: [
      { ...due, count: million },
      { ...due, status: 'sent', count: million },
    ],
  },
  {
    name: '1,000 due, and 1,000,000 of a higher priority that are not due yet',
    rows: [
      { ...due, count: 1_000 },
      { ...due, priority: 9, dueAt: now + 1_000, count: million },
    ],
  },
  {
    name: '1,000 due, and 1,000,000 older ones of a type that nobody here has',
    rows: [
      { ...due, count: 1_000 },
      { ...due, type: 'unknown', priority: 9, dueAt: 1, count: million },
    ],
  },
];
