/** Takes secrets out of what is about to be shown or stored. */
export interface Redactor {
  /** The text with every secret replaced by `[redacted]`. */
  text(text: string): string;
  /**
   * A copy that is safe to hang on an error as its `cause`: name, message, code and stack without the secrets, the same for
   * its own `cause`, and none of its other properties, since a library's errors carry whole option objects.
   */
  cause(error: unknown): Error | undefined;
}

const mask = '[redacted]';
/** Masking what is shorter would mask half of every message, and protects nothing. */
const shortest = 4;
const deepest = 5;

/**
 * A redactor for these secrets, in the forms in which they travel: as they are, percent-encoded, in base64, and escaped as JSON.
 * Empty and undefined ones are passed over; so are those under 4 characters, which no provider issues.
 */
export function redactor(secrets: readonly (string | undefined)[]): Redactor {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < shortest) continue;
    const base64 = Buffer.from(secret).toString('base64');
    const wellFormed = secret.toWellFormed();
    for (const form of [
      secret,
      encodeURIComponent(wellFormed),
      encodeURI(wellFormed),
      base64,
      base64.replace(/=+$/, ''),
      JSON.stringify(secret).slice(1, -1),
    ]) {
      forms.add(form);
    }
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);

  const text = (value: string): string => longestFirst.reduce((masked, form) => masked.replaceAll(form, mask), value);

  const cause = (error: unknown, depth = 0): Error | undefined => {
    if (error === undefined || error === null || depth === deepest) return undefined;
    const source = error instanceof Error ? error : new Error(String(error));
    const inner = cause(source.cause, depth + 1);
    const copy = new Error(text(source.message), inner ? { cause: inner } : undefined);
    copy.name = source.name;
    copy.stack = text(source.stack ?? `${source.name}: ${source.message}`);
    const code = (source as { code?: unknown }).code;
    return typeof code === 'string' || typeof code === 'number'
      ? Object.assign(copy, { code: typeof code === 'string' ? text(code) : code })
      : copy;
  };

  return { text, cause: (error) => cause(error) };
}
