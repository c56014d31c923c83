/** What Unicode calls well-formed, without a NUL: kept as it is, everywhere. */
export const wellFormed: readonly string[] = [
  '',
  ' ',
  "Robert'); drop table dispatches; --",
  '"quoted" \'twice\' `thrice` \\ \\\\ \\n $1 ? :name @name %s {0}',
  'null',
  '0x00',
  '007',
  'lines\nand\r\nmore\tlines ',
  '\u0001\u001b\u007f\u0085\u00a0\u200b\u2028\ufeff\ufffd\uffff',
  '世界 שלום 👩‍👩‍👧 🇦🇶 e\u0301 é',
  `${'long '.repeat(100)}end`,
];

/** Not every database can keep them. */
export const illFormed: readonly string[] = ['before\0after', '\0', 'half \ud83d of a pair', '\udc00\ud800'];

/** What a database makes of those that it cannot keep, when nobody looks. */
export const spoilt: readonly string[] = [
  ...new Set(illFormed.flatMap((text) => [text.toWellFormed().replace(/\0.*$/s, ''), text.toWellFormed().replaceAll('\0', '')])),
];

/** What is no text to whoever takes it for SQL, or for a pattern. */
export const misleading: readonly string[] = [
  '%',
  '_',
  '*',
  'null',
  '1 or 1',
  "' or 1=1 --",
  "'; update dispatches set status = 'sent'; --",
  '\\',
];
