import { Client } from 'pg';

const types = [
  ...[
    'boolean',
    'smallint',
    'integer',
    'bigint',
    'numeric',
    'double precision',
    'oid',
    'text',
    'varchar',
    'name',
    '"char"',
    'uuid',
    'json',
  ],
  ...['timestamptz', 'interval', 'boolean[]', 'integer[]', 'bigint[]', 'text[]', 'varchar[]', 'uuid[]', 'double precision[]'],
];
const polymorphic = ['anyelement', 'anyarray', 'anycompatible', 'anycompatiblearray'];
const operators = ['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '||'];

/** The functions that this package calls, and some that it could call. */
const functions = [
  ...['unnest', 'hashtextextended', 'pg_notify', 'set_config', 'current_setting', 'clock_timestamp', 'date_part', 'floor', 'greatest'],
  ...['max', 'min', 'count', 'sum', 'json_agg', 'json_build_object', 'array_agg', 'row_number', 'bool_and', 'bool_or', 'length', 'abs'],
  ...['pg_advisory_xact_lock', 'pg_try_advisory_xact_lock', 'generate_series', 'cardinality', 'coalesce', 'least', 'now', 'round'],
];
const arguments2 = ['integer', 'bigint', 'numeric', 'double precision', 'text', 'boolean', 'timestamptz', 'text[]', 'bigint[]'];

const times = (count: number, type: string): string => Array(count).fill(type).join(', ');
const signatures = [
  ...['', ...types, ...polymorphic],
  ...arguments2.flatMap((first) => arguments2.map((second) => `${first}, ${second}`)),
  ...[3, 4, 5, 6, 7, 8, 9, 10, 12].flatMap((count) => ['text', 'integer', 'text[]'].map((type) => times(count, type))),
  ...['text, text, boolean', 'text, text, text, bigint, text, integer, text, bigint'],
  ...['text, text, text, text, text, text, text, integer, text, bigint', 'uuid[], text[], uuid[]', 'text[], double precision[]'],
  ...['variadic text[]', 'variadic anyarray', 'variadic anycompatiblearray', 'text, variadic text[]'],
];

const list = (texts: readonly string[]): string => `array[${texts.map((text) => `'${text}'`).join(', ')}]`;

/**
 * Fills the schema `public` with objects that have the names of PostgreSQL's functions, operators, types,
 * tables and collations, as another user could. A call raises an error with the code P0666. Skips what
 * PostgreSQL refuses to create, such as a polymorphic type for one argument alone. Returns the number of
 * functions and operators.
 */
export async function fillPublic(connectionString: string): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(
    'create role mallory; grant usage, create on schema public to mallory; set role mallory; set check_function_bodies = off',
  );
  await client.query(`do $do$
    declare
      trap constant text := 'language plpgsql as $$ begin raise exception using errcode = ''P0666'', message = ''captured''; end $$';
      name text; one text; other text;
    begin
      foreach name in array ${list(functions)} loop foreach one in array ${list(signatures)} loop
        begin execute format('create function public.%I(%s) returns bigint %s', name, one, trap); exception when others then null; end;
      end loop; end loop;
      foreach one in array ${list([...types, ...polymorphic])} loop foreach other in array ${list([...types, ...polymorphic])} loop
        begin
          execute format('create function public.trap(%s, %s) returns boolean %s', one, other, trap);
          foreach name in array ${list(operators)} loop
            execute format('create operator public.%s (leftarg = %s, rightarg = %s, function = public.trap)', name, one, other);
          end loop;
        exception when others then null;
        end;
      end loop; end loop;
      foreach name in array ${list(['text', 'uuid', 'int8', 'int4', 'float8', 'bool', 'interval'])} loop
        execute format('create type public.%I as enum (''captured'')', name);
      end loop;
      foreach name in array ${list(['pg_namespace', 'pg_tables', 'pg_class', 'pg_settings'])} loop
        execute format('create view public.%I as select 1 / 0 as captured', name);
      end loop;
      create collation public."C" from pg_catalog."POSIX";
    end $do$`);
  const { rows } = await client.query<{ count: number }>(
    `select (select count(*) from pg_proc where pronamespace = 'public'::regnamespace)::integer
      + (select count(*) from pg_operator where oprnamespace = 'public'::regnamespace)::integer as count`,
  );
  await client.end();
  return rows[0]?.count ?? 0;
}
