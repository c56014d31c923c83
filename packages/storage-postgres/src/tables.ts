import { escapeIdentifier } from 'pg';

/** The names of the tables, as they stand in a statement. */
export interface Tables {
  readonly schema: string;
  readonly migrations: string;
  readonly messages: string;
  readonly queues: string;
  readonly dispatches: string;
  readonly inFlight: string;
  readonly fanOuts: string;
  readonly errors: string;
  readonly staged: string;
  readonly paces: string;
  readonly subscriptions: string;
  readonly suppressions: string;
  readonly keys: string;
}

export function tablesOf(schema: string): Tables {
  const name = (table: string): string => `${escapeIdentifier(schema)}.${table}`;
  return {
    schema,
    migrations: name('migrations'),
    messages: name('messages'),
    queues: name('queues'),
    dispatches: name('dispatches'),
    inFlight: name('in_flight'),
    fanOuts: name('fan_outs'),
    errors: name('errors'),
    staged: name('staged'),
    paces: name('paces'),
    subscriptions: name('subscriptions'),
    suppressions: name('suppressions'),
    keys: name('keys'),
  };
}
