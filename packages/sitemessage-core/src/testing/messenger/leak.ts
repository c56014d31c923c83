import { inspect } from 'node:util';

/**
 * The first way in which a secret can be read from a value: as it is printed, as JSON, or by walking over its own properties
 * (hidden and symbol ones too), its cause chain and what is inside. Undefined when there is none.
 */
export function leak(value: unknown, secrets: readonly string[]): string | undefined {
  const views: ReadonlyArray<readonly [how: string, text: string]> = [
    ['String(...)', printed(() => String(value))],
    ['util.inspect', printed(() => inspect(value, thorough))],
    ['util.inspect without custom inspection', printed(() => inspect(value, { ...thorough, customInspect: false }))],
    ['JSON.stringify', printed(() => JSON.stringify(value) ?? '')],
    ...[...strings(value)].map(([path, text]) => [path, text] as const),
  ];
  const found = views.find(([, text]) => secrets.some((secret) => shows(text, secret)));
  return found && `${found[0]}: ${found[1].slice(0, 400)}`;
}

const thorough = { depth: 10, showHidden: true, maxArrayLength: null, maxStringLength: null, breakLength: Number.POSITIVE_INFINITY };

/** What cannot be printed shows nothing. */
function printed(print: () => string): string {
  try {
    return print();
  } catch {
    return '';
  }
}

/** Whether the text has the secret in it: plainly, percent-encoded, escaped as JSON, in hex, or somewhere inside of base64. */
function shows(text: string, secret: string): boolean {
  const plain = [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('hex')];
  if (plain.some((form) => text.includes(form))) return true;
  return decodings(text).some((decoded) => decoded.includes(secret));
}

function* candidates(text: string): Generator<string> {
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{6,}/g)) {
    for (let start = 0; start < 4; start += 1) yield Buffer.from(run.slice(start), 'base64').toString();
  }
}

function decodings(text: string): string[] {
  const percent = text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => printed(() => decodeURIComponent(run)) || run);
  return [percent, percent.replaceAll('+', ' '), ...candidates(text)];
}

/** Every string in it, with the path to it; ten levels deep, each object once. */
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
      queue.push([`${path}.${String(key)}`, printedValue(value, key), depth + 1]);
    }
  }
}

function printedValue(holder: object, key: string | symbol): unknown {
  try {
    return Reflect.get(holder, key);
  } catch {
    return undefined;
  }
}
