/** A secret as it may stand in a text, folded. */
export interface Form {
  readonly text: string;
  /** Whether the base64 characters beside it hold bits of the secret too. */
  readonly sharesBefore: boolean;
  readonly sharesAfter: boolean;
}

/** As it is, as hexadecimal digits, and anywhere inside of base64. */
export function formsOf(secret: string): readonly Form[] {
  const hex = Buffer.from(secret).toString('hex');
  // The second one is how Node prints a Buffer.
  const plain = [secret, hex, hex.replaceAll(/..(?!$)/g, '$& ')].map((text) => ({ text, sharesBefore: false, sharesAfter: false }));
  return [...plain, ...inBase64(secret)].map((form) => ({ ...form, text: fold(form.text) }));
}

/**
 * The base64 of a secret depends on how many bytes stand before it, modulo three. The characters at both ends also hold bits of its
 * neighbours; they are masked with it.
 */
function inBase64(secret: string): readonly Form[] {
  return (['base64', 'base64url'] as const).flatMap((encoding) =>
    [0, 1, 2].map((before) => {
      const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString(encoding);
      const sharesAfter = (before + Buffer.byteLength(secret)) % 3 !== 0;
      const text = encoded.replace(/=+$/, '').slice(before === 0 ? 0 : before + 1, sharesAfter ? -1 : undefined);
      return { text, sharesBefore: before !== 0, sharesAfter };
    }),
  );
}

/**
 * Makes texts alike that differ in upper and lower case, or in `+` for a space, as forms write it. Each character stays one, so that places
 * stay the same.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  const isAscii = lower.length === text.length && Buffer.byteLength(text) === text.length;
  return (isAscii ? lower : text.replaceAll(/[A-Z\x80-\uffff]/g, foldUnit)).replaceAll('+', ' ');
}

const folded = new Map<string, string>();

function foldUnit(unit: string): string {
  const known = folded.get(unit);
  if (known !== undefined) return known;
  const upper = unit.toUpperCase();
  const lower = (upper.length === 1 ? upper : unit).toLowerCase();
  const fold = lower.length === 1 ? lower : unit;
  folded.set(unit, fold);
  return fold;
}
