/** A text in which some escapes are decoded, and where each of its characters stands in the original. */
export interface Reading {
  readonly text: string;
  /** The place in the original of each UTF-16 unit, and after them the end of the original. */
  readonly places: Uint32Array;
}

interface Escaping {
  /** No escape is without it. */
  readonly sign: string;
  /** Each match is one escape. */
  readonly escapes: RegExp;
  decode(spelled: string): string;
}

/** A byte, or the bytes of one character in UTF-8, each behind this sign. */
const bytes = (sign: string): string =>
  ['[c-d]h(?:S[89ab]h)', 'eh(?:S[89ab]h){2}', 'f[0-7](?:S[89ab]h){3}', 'hh']
    .map((form) => `S${form}`.replaceAll('S', sign).replaceAll('h', '[0-9a-f]'))
    .join('|');

function decodeBytes(spelled: string): string {
  const decoded = Buffer.from(spelled.replaceAll(/%|\\x/gi, ''), 'hex');
  return decoded.toString(decoded.length === 1 ? 'latin1' : 'utf8');
}

const percent: Escaping = { sign: '%', escapes: new RegExp(bytes('%'), 'gi'), decode: decodeBytes };

const controls: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Also that of JavaScript, PHP and Python: `\x41` and `\'`. */
const json: Escaping = {
  sign: '\\',
  escapes: new RegExp(String.raw`\\u[0-9a-f]{4}|\\[^ux]|${bytes(String.raw`\\x`)}`, 'gis'),
  decode(spelled) {
    const [, kind = ''] = spelled;
    if (spelled.length === 2) return controls[kind] ?? kind;
    return kind.toLowerCase() === 'u' ? String.fromCharCode(Number.parseInt(spelled.slice(2), 16)) : decodeBytes(spelled);
  },
};

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const html: Escaping = {
  sign: '&',
  escapes: /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});/gi,
  decode(spelled) {
    const escaped = spelled.slice(1, -1).toLowerCase();
    const code = Number(escaped.startsWith('#x') ? `0x${escaped.slice(2)}` : escaped.slice(1));
    return names[escaped] ?? (code > 0x10_ffff ? spelled : String.fromCodePoint(code));
  },
};

const escapings: readonly Escaping[] = [percent, json, html];

/** JSON that holds HTML, in a URL, is three. */
const mostAtOnce = 3;

/**
 * Reads a text as it is, and with its escapes decoded: each kind alone, and up to three one after the other in every order. An escape can be
 * part of a secret, so no reading decodes more than one encoder wrote. At most 40 readings, each no longer than the text.
 */
export function readingsOf(text: string): readonly Reading[] {
  const first: Reading = { text, places: Uint32Array.from({ length: text.length + 1 }, (_, place) => place) };
  const readings = [first];
  const seen = new Set([text]);
  let last: readonly Reading[] = [first];
  for (let depth = 0; depth < mostAtOnce; depth += 1) {
    last = last
      .flatMap((reading) => escapings.flatMap((escaping) => decoded(reading, escaping) ?? []))
      .filter(({ text: read }) => {
        if (seen.has(read)) return false;
        seen.add(read);
        return true;
      });
    readings.push(...last);
  }
  return readings;
}

/** Undefined when nothing is escaped. */
function decoded({ text, places }: Reading, { sign, escapes, decode }: Escaping): Reading | undefined {
  if (!text.includes(sign)) return undefined;
  const read: string[] = [];
  const kept = new Uint32Array(text.length + 1);
  let [length, end] = [0, 0];
  const keep = (piece: string, from: number, to: number): void => {
    read.push(piece);
    kept.set(places.subarray(from, to), length);
    length += piece.length;
  };
  for (const { 0: spelled, index } of text.matchAll(escapes)) {
    keep(text.slice(end, index), end, index);
    const piece = decode(spelled);
    keep(piece, index, index + piece.length);
    kept.fill(places[index] as number, length - piece.length, length);
    end = index + spelled.length;
  }
  if (end === 0) return undefined;
  keep(text.slice(end), end, text.length + 1);
  return { text: read.join(''), places: kept.subarray(0, length + 1) };
}
