import { inspect } from 'node:util';

/** Which of these secrets can be read from the value, however it is looked at; also when it is in base64 or percent-encoded. */
export function reveals(value: unknown, secrets: readonly string[]): readonly string[] {
  const views = [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, customInspect: false }),
    JSON.stringify(value, replaceErrors) ?? '',
    String(value),
    ...chain(value).flatMap((error) => [error.message, error.stack ?? '', String(error)]),
  ];
  const seen = views.flatMap((view) => [view, ...decoded(view)]);
  return secrets.filter((secret) => seen.some((view) => view.includes(secret) || view.includes(encodeURIComponent(secret))));
}

/** JSON shows nothing of an error unless it is told to. */
function replaceErrors(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? String(value) : value;
  return Object.fromEntries(Object.getOwnPropertyNames(value).map((name) => [name, Reflect.get(value, name)]));
}

function chain(value: unknown): readonly Error[] {
  return value instanceof Error ? [value, ...chain(value.cause)] : [];
}

function decoded(view: string): readonly string[] {
  return [...view.matchAll(/[A-Za-z0-9+/]{8,}={0,2}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((start) => Buffer.from(run.slice(start), 'base64').toString('latin1')),
  );
}
