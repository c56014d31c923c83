import { inspect } from 'node:util';

/**
 * Searches a value for secrets: its own properties (also hidden ones and symbols), its cause chain, its
 * printed form and its JSON. Returns where the first one is. Undefined when there is none.
 */
export function findSecret(value: unknown, secrets: readonly string[]): string | undefined {
  const views: ReadonlyArray<readonly [how: string, text: string]> = [
    ...strings(value),
    ['String(...)', printed(() => String(value))],
    ['util.inspect', printed(() => inspect(value, thorough))],
    ['util.inspect without custom inspection', printed(() => inspect(value, { ...thorough, customInspect: false }))],
    ['JSON.stringify', printed(() => JSON.stringify(value) ?? '')],
  ];
  const found = views.find(([, text]) => secrets.some((secret) => shows(text, secret)));
  return found && `${found[0]}: ${found[1].slice(0, 400)}`;
}

const thorough = { depth: 10, showHidden: true, maxArrayLength: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY };

/** Returns the printed form. Empty when printing throws. */
function printed(print: () => string): string {
  return attempt(print) ?? '';
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Returns whether the text contains the secret: as it is, percent-encoded, as JSON or inside base64. */
function shows(text: string, secret: string): boolean {
  return text.includes(JSON.stringify(secret).slice(1, -1)) || readings(text).some((reading) => reading.includes(secret));
}

function readings(text: string): string[] {
  const percent = text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => printed(() => decodeURIComponent(run)) || run);
  const runs = [...text.matchAll(/[A-Za-z0-9+/_-]{6,}/g)].flatMap(([run]) => [0, 1, 2, 3].map((start) => run.slice(start)));
  return [text, percent, percent.replaceAll('+', ' '), ...runs.map((run) => Buffer.from(run, 'base64').toString())];
}

/** Yields every string in the value with its path. Goes ten levels deep and reads each object once. */
function* strings(root: unknown): Generator<readonly [path: string, text: string]> {
  const seen = new Set<object>();
  const queue: Array<readonly [path: string, value: unknown, depth: number]> = [['it', root, 0]];
  for (const [path, value, depth] of queue) {
    if (typeof value === 'string') yield [path, value];
    if (((typeof value !== 'object' || value === null) && typeof value !== 'function') || seen.has(value) || depth === 10) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      yield [path, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()];
      continue;
    }
    if (value instanceof Map || value instanceof Set) queue.push([`${path} (entries)`, [...value].flat(), depth + 1]);
    for (const key of Reflect.ownKeys(value)) {
      queue.push([`${path}.${String(key)}`, attempt(() => Reflect.get(value, key)), depth + 1]);
    }
  }
}
