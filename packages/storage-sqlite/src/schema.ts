/**
 * The first schema. Messages and queues are referred to by number, which keeps index entries short. SQL
 * comments say why a table is as it is.
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

  -- Pairs of messenger and type.
  create table sitemessage_queues (
    seq integer primary key,
    messenger text not null,
    type text not null,
    unique (messenger, type)
  );

  -- Rows lie in the table by their id, which begins with the time of the message. So rows of one message lie
  -- together, and settling 25 results writes a few pages. By row number, with an index on the id, claiming and
  -- settling took twice as long with 300,000 dispatches of one message.
  -- due_at is the time of the next claim: the due time, the next attempt or the end of the lease. It is null in
  -- a final row, so the index open holds no final rows, and history costs a claim nothing.
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
  -- status, and queue below, let a count read the index alone. SQLite also needs due_at for that, which is
  -- always null in final.
  create index sitemessage_dispatches_open on sitemessage_dispatches (queue, priority desc, due_at, id, status) where due_at is not null;
  create index sitemessage_dispatches_final on sitemessage_dispatches (status, changed_at, queue, due_at) where due_at is null;
  create index sitemessage_dispatches_message on sitemessage_dispatches (message, id);
  create index sitemessage_dispatches_provider_id on sitemessage_dispatches (provider_id) where provider_id is not null;

  -- The content that a fan-out row expands from (50 kB). It is kept apart, because each change of a state rewrites
  -- the row of its dispatch.
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

  -- The dispatches of an iterable wait here until it ends.
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

  -- The state of rate limits. paid_off is the theoretical arrival time of GCRA.
  create table sitemessage_paces (
    key text not null primary key,
    paid_off real not null default 0,
    deferred_until integer not null default 0
  ) without rowid;
  create index sitemessage_paces_idle on sitemessage_paces (max(paid_off, deferred_until));

  -- Read by queue for a message to all subscribers, and by subscriber for the preferences of one.
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

/**
 * Adds the idempotency keys, stored under the id of the message that used one. A key outlives its message:
 * `released_at` is the time at which the message was deleted.
 */
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
 * Adds the marks of dispatches in flight: a row for each claim token, with the ids as a JSON array. `seq`
 * is 0 for the marks of the claim itself. `losses` counts how many leases in a row were lost in flight.
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
