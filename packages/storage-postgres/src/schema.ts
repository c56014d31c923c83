import { escapeIdentifier } from 'pg';

/** The names of the tables, quoted for a statement. */
export interface Tables {
  /** The name of the schema, as it was given: not quoted. */
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

/**
 * Returns the first schema, one statement an entry: a quoted name may hold any character that would
 * separate statements. `schema` is quoted. Core's ids are UUIDs. Messages and queues are referred to by
 * number: with their texts instead, the insertion took 1.3 times as long.
 */
export const firstSchema = (schema: string): readonly string[] => [
  `create table ${schema}.messages (
    seq bigint generated always as identity primary key,
    id uuid not null unique,
    type text not null,
    context text not null,
    sender text,
    created_at bigint not null,
    expires_at bigint,
    for_subscribers boolean not null default false,
    is_empty boolean not null default false
  )`,
  `create index messages_empty on ${schema}.messages (created_at) where is_empty`,
  // Pairs of messenger and type.
  `create table ${schema}.queues (
    seq integer generated always as identity primary key,
    messenger text collate "C" not null,
    type text collate "C" not null,
    unique (messenger, type)
  )`,
  // The content that a fan-out row expands from (100 kB). It is kept apart, so that publishing a list moves
  // numbers only. It is not compressed: it is read once, and soon.
  `create table ${schema}.fan_outs (
    seq bigint generated always as identity primary key,
    content text not null
  )`,
  `alter table ${schema}.fan_outs alter column content set storage external`,
  // `due_at` is the time of the next claim: the due time, the next attempt or the end of the lease. It is
  // null in a final row, so `dispatches_open` holds no final rows, and history costs a claim nothing.
  `create table ${schema}.dispatches (
    id uuid primary key,
    message bigint not null,
    due_at bigint,
    changed_at bigint not null,
    fan_out bigint,
    queue integer not null,
    priority integer not null,
    attempt integer not null default 0,
    token uuid,
    status text collate "C" not null default 'pending',
    address text not null,
    recipient_id text,
    provider_id text,
    reason text,
    delivered_at bigint,
    read_at bigint,
    bounced_at bigint,
    complained_at bigint,
    check ((due_at is null) = (status in ('sent', 'failed', 'skipped')))
  )`,
  `create index dispatches_open on ${schema}.dispatches (queue, priority desc, due_at, id) where due_at is not null`,
  `create index dispatches_final on ${schema}.dispatches (status, changed_at) where due_at is null`,
  `create index dispatches_message on ${schema}.dispatches (message)`,
  // A provider's id may be longer than the 2,700 bytes of a B-tree entry.
  `create index dispatches_provider_id on ${schema}.dispatches using hash (provider_id) where provider_id is not null`,
  `create table ${schema}.errors (
    seq bigint generated always as identity primary key,
    dispatch uuid not null,
    attempt integer not null,
    at bigint not null,
    kind text not null,
    code text not null,
    message text not null
  )`,
  `create index errors_dispatch on ${schema}.errors (dispatch)`,
  // The dispatches of an iterable wait here until it ends.
  `create table ${schema}.staged (
    seq bigint generated always as identity primary key,
    batch uuid not null,
    staged_at bigint not null,
    id uuid not null,
    message_id uuid not null,
    queue integer not null,
    priority integer not null,
    due_at bigint not null,
    address text not null,
    recipient_id text,
    fan_out bigint
  )`,
  `create index staged_batch on ${schema}.staged (staged_at, batch)`,
  // The state of rate limits. `paid_off` is the theoretical arrival time of GCRA.
  `create table ${schema}.paces (
    key text collate "C" primary key,
    paid_off double precision not null default 0,
    deferred_until bigint not null default 0
  )`,
  `create index paces_idle on ${schema}.paces (greatest(paid_off, deferred_until))`,
  // Read by queue for a message to all subscribers, and by subscriber for the preferences of one.
  `create table ${schema}.subscriptions (
    queue integer not null,
    is_bare boolean not null,
    subscriber text collate "C" not null,
    since bigint not null,
    primary key (queue, is_bare, subscriber)
  )`,
  `create index subscriptions_subscriber on ${schema}.subscriptions (subscriber, is_bare, queue)`,
  `create table ${schema}.suppressions (
    messenger text collate "C" not null,
    address text collate "C" not null,
    reason text not null,
    at bigint not null,
    primary key (messenger, address)
  )`,
];

/**
 * Adds the idempotency keys, stored under the id of the message that used one. A key outlives its message:
 * `released_at` is the time at which the message was deleted.
 */
export const keysSchema = (schema: string): readonly string[] => [
  `create table ${schema}.keys (
    id uuid primary key,
    type text not null,
    fingerprint uuid not null,
    released_at bigint
  )`,
  `create index keys_released on ${schema}.keys (released_at) where released_at is not null`,
];

/**
 * Adds the marks of dispatches in flight: a row for each claim token. `seq` is 0 for the marks of the claim
 * itself. Free space in the pages keeps an update in its page, so it touches no index. `losses` counts how
 * many leases in a row were lost in flight.
 */
export const inFlightSchema = (schema: string): readonly string[] => [
  `alter table ${schema}.dispatches add column losses integer not null default 0`,
  `create table ${schema}.in_flight (
    token uuid primary key,
    seq bigint not null,
    ids uuid[] not null,
    stored_at bigint not null
  ) with (fillfactor = 50)`,
];
