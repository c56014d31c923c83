/**
 * A text that XML can carry (https://www.w3.org/TR/xml/#charsets): what it cannot is shown as U+FFFD. One such character would end the
 * stream, and with it all that is in flight; and whoever reads the message misses less than the whole of it.
 */
export function carriable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\t\n\u0020-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
