/**
 * - A dispatch lies in the table by its id, and core's ids begin with the message's time. So what belongs together lies together:
 *   25 results settled are a few pages written. In a table by row number with an index on the id, claims go criss-cross
 *   through the table: with 300,000 dispatches of one message, claiming and settling took twice as long.
 * - Messages, and pairs of messenger and type ("queues"), are referred to by number: that keeps every index entry short.
 * - `due_at` says when a row may be claimed next, whatever the reason: its due time, its next try, or the end of its lease. It is null
 *   when the row is final, so that `open` holds nothing else, and history costs a claim nothing.
 * - `open` ends in the status, and `final` in the queue, so that counting reads the index alone. For that, SQLite wants to see the
 *   `due_at` of `final` too, which is always null.
 * - What a fan-out row expands from (50 kB) is kept apart: a row is rewritten whenever its state changes.
 * - Who is subscribed is found by queue when a message goes to all of them, and by subscriber when somebody looks at their own.
 * - What comes of an iterable waits in `staged` until its end.
 */
export const firstSchema: string = `
  create table sitemessage_migrations (
    version integer primary key
  );

  create table sitemessage_messages (
    seq integer primary key,
    id text not null unique,
    type text not null,
    context text not null,
    sender text,
    created_at integer not null,
    expires_at integer,
    for_subscribers integer not null default 0,
    is_empty integer not null default 0
  );
  create index sitemessage_messages_empty on sitemessage_messages (created_at) where is_empty = 1;

  create table sitemessage_queues (
    seq integer primary key,
    messenger text not null,
    type text not null,
    unique (messenger, type)
  );

  create table sitemessage_dispatches (
    id text not null primary key,
    message integer not null,
    queue integer not null,
    priority integer not null,
    due_at integer,
    status text not null,
    attempt integer not null,
    changed_at integer not null,
    fan_out integer,
    address text not null,
    recipient_id text,
    token text,
    provider_id text,
    reason text,
    delivered_at integer,
    read_at integer,
    bounced_at integer,
    complained_at integer,
    check ((due_at is null) = (status in ('sent', 'failed', 'skipped')))
  ) without rowid;
  create index sitemessage_dispatches_open on sitemessage_dispatches (queue, priority desc, due_at, id, status) where due_at is not null;
  create index sitemessage_dispatches_final on sitemessage_dispatches (status, changed_at, queue, due_at) where due_at is null;
  create index sitemessage_dispatches_message on sitemessage_dispatches (message, id);
  create index sitemessage_dispatches_provider_id on sitemessage_dispatches (provider_id) where provider_id is not null;

  create table sitemessage_fan_outs (
    seq integer primary key,
    content text not null
  );

  create table sitemessage_errors (
    seq integer primary key,
    dispatch text not null,
    attempt integer not null,
    at integer not null,
    kind text not null,
    code text not null,
    message text not null
  );
  create index sitemessage_errors_dispatch on sitemessage_errors (dispatch);

  create table sitemessage_staged (
    seq integer primary key,
    batch text not null,
    staged_at integer not null,
    id text not null,
    message_id text not null,
    queue integer not null,
    priority integer not null,
    due_at integer not null,
    address text not null,
    recipient_id text,
    fan_out integer
  );
  create index sitemessage_staged_batch on sitemessage_staged (staged_at, batch);

  create table sitemessage_paces (
    key text not null primary key,
    paid_off real not null default 0,
    deferred_until integer not null default 0
  ) without rowid;
  create index sitemessage_paces_idle on sitemessage_paces (max(paid_off, deferred_until));

  create table sitemessage_subscriptions (
    queue integer not null,
    is_bare integer not null,
    subscriber text not null,
    since integer not null,
    primary key (queue, is_bare, subscriber)
  ) without rowid;
  create index sitemessage_subscriptions_subscriber on sitemessage_subscriptions (subscriber, is_bare, queue);

  create table sitemessage_suppressions (
    messenger text not null,
    address text not null,
    reason text not null,
    at integer not null,
    primary key (messenger, address)
  ) without rowid;
`;

/** A key is found by the id of the message that was scheduled under it. It outlives the message, and `released_at` says since when. */
export const keysSchema: string = `
  create table sitemessage_keys (
    id text not null primary key,
    type text not null,
    fingerprint text not null,
    released_at integer
  ) without rowid;
  create index sitemessage_keys_released on sitemessage_keys (released_at) where released_at is not null;
`;

/**
 * - `in_flight` has a row for each token under which something is being sent: the ids as a JSON list. `seq` is 0 for the marks of the
 *   claim itself.
 * - `losses` counts the leases in a row that were lost in flight.
 */
export const inFlightSchema: string = `
  alter table sitemessage_dispatches add column losses integer not null default 0;

  create table sitemessage_in_flight (
    token text not null primary key,
    seq integer not null,
    ids text not null,
    stored_at integer not null
  ) without rowid;
  create index sitemessage_in_flight_stored on sitemessage_in_flight (stored_at);
`;
