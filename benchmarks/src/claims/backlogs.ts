/** Rows that are stored before claims are measured. */
export interface Backlog {
  readonly name: string;
  readonly rows: readonly Rows[];
}

/** `count` equal rows. */
interface Rows {
  readonly count: number;
  readonly status: 'pending' | 'sent';
  readonly type: 'news' | 'unknown';
  readonly priority: number;
  readonly dueAt: number;
}

export const now = 1_000_000;
const million = 1_000_000;

const due = { status: 'pending', type: 'news', priority: 0, dueAt: now - 1_000 } as const;

/** The backlogs. The others are compared with the first one. */
export const backlogs: readonly Backlog[] = [
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
    name: '1,000 due, and 1,000,000 older ones of a type that no worker has',
    rows: [
      { ...due, count: 1_000 },
      { ...due, type: 'unknown', priority: 9, dueAt: 1, count: million },
    ],
  },
];
