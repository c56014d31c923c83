/**
 * - `due_at` says when a row may be claimed next, whatever the reason: its due time, its next try, or the end of its lease. It is null
 *   when the row is final, so that `dispatches_open` holds nothing else, and history costs a claim nothing.
 * - Messages are referred to by number, which keeps rows and indexes short. Names, ids and addresses are compared by their bytes
 *   (`collate "C"`): the order of ids is the same on every server, and costs a tenth.
 * - What a fan-out row expands from (500 kB) is kept apart, so that publishing a list moves numbers and no payload.
 * - What comes of an iterable waits in `staged` until its end.
 * - Pages of `dispatches` are filled to 85 %: a dispatch is rewritten twice, and its next version is to fit beside it.
 */
export const firstSchema = (schema: string): string => `
  create table ${schema}.messages (
    seq bigint generated always as identity primary key,
    id text collate "C" not null unique,
    type text not null,
    context text not null,
    sender text,
    created_at bigint not null,
    expires_at bigint,
    is_empty boolean not null default false
  );
  create index messages_empty on ${schema}.messages (created_at) where is_empty;

  create table ${schema}.fan_outs (
    seq bigint generated always as identity primary key,
    content text not null
  );

  create table ${schema}.dispatches (
    id text collate "C" primary key,
    message bigint not null,
    priority bigint not null,
    due_at bigint,
    changed_at bigint not null,
    fan_out bigint,
    attempt integer not null default 0,
    status text collate "C" not null default 'pending',
    messenger text collate "C" not null,
    type text collate "C" not null,
    address text collate "C" not null,
    recipient_id text,
    token text collate "C",
    provider_id text,
    reason text,
    check ((due_at is null) = (status in ('sent', 'failed', 'skipped')))
  ) with (fillfactor = 85);
  create index dispatches_open on ${schema}.dispatches (messenger, type, priority desc, due_at, id) where due_at is not null;
  create index dispatches_final on ${schema}.dispatches (status, changed_at) where due_at is null;
  create index dispatches_message on ${schema}.dispatches (message, id);

  create table ${schema}.errors (
    seq bigint generated always as identity primary key,
    dispatch text collate "C" not null,
    attempt integer not null,
    at bigint not null,
    kind text not null,
    code text not null,
    message text not null
  );
  create index errors_dispatch on ${schema}.errors (dispatch);

  create table ${schema}.staged (
    seq bigint generated always as identity primary key,
    batch text not null,
    staged_at bigint not null,
    id text collate "C" not null,
    message_id text collate "C" not null,
    messenger text not null,
    type text not null,
    priority bigint not null,
    due_at bigint not null,
    address text not null,
    recipient_id text,
    fan_out bigint
  );
  create index staged_batch on ${schema}.staged (staged_at, batch);

  create table ${schema}.paces (
    key text collate "C" primary key,
    paid_off double precision not null default 0,
    deferred_until bigint not null default 0
  );
  create index paces_idle on ${schema}.paces (greatest(paid_off, deferred_until));
`;
