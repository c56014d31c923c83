/**
 * - `due_at` says when a row may be claimed next, whatever the reason: its due time, its next try, or the end of its lease. It is null
 *   when the row is final, so that `dispatches_open` holds nothing else, and history costs a claim nothing.
 * - Core's ids are UUIDs, and messages and queues (pairs of messenger and type) are referred to by number: with texts in their place,
 *   the raw insertion took 1.3 times as long.
 * - What a fan-out row expands from (100 kB) is kept apart, so that publishing a list moves numbers and no payload. It is not compressed:
 *   it is read once, and soon.
 * - Who is subscribed is found by queue when a message goes to all of them, and by subscriber when somebody looks at their own.
 * - A provider's id may be longer than the 2,700 bytes that an entry of a B-tree can be.
 * - What comes of an iterable waits in `staged` until its end.
 *
 * `schema` is quoted. A statement each: a name may hold whatever would tell one from the next.
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
  `create table ${schema}.queues (
    seq integer generated always as identity primary key,
    messenger text collate "C" not null,
    type text collate "C" not null,
    unique (messenger, type)
  )`,
  `create table ${schema}.fan_outs (
    seq bigint generated always as identity primary key,
    content text not null
  )`,
  `alter table ${schema}.fan_outs alter column content set storage external`,
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
  `create table ${schema}.paces (
    key text collate "C" primary key,
    paid_off double precision not null default 0,
    deferred_until bigint not null default 0
  )`,
  `create index paces_idle on ${schema}.paces (greatest(paid_off, deferred_until))`,
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

/** A key is found by the id of the message that was scheduled under it. It outlives the message, and `released_at` says since when. */
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
 * - `in_flight` has a row for each token under which something is being sent. `seq` is 0 for the marks of the claim itself. Room is left
 *   in its pages, so that an update stays in its page and touches no index.
 * - `losses` counts the leases in a row that were lost in flight.
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
