/** What XML cannot carry (https://www.w3.org/TR/xml/#charsets); half of a surrogate pair is seen apart from it. */
const uncarriable = /[^\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Whether XML can carry it. */
export const isCarriable = (text: string): boolean => text.isWellFormed() && text.search(uncarriable) === -1;

/**
 * A text that XML can carry: what it cannot is shown as U+FFFD. One such character would end the stream, and with it all that is in flight; and
 * whoever reads the message misses less than the whole of it.
 */
export const carriable = (text: string): string => text.toWellFormed().replaceAll(/\r\n?/g, '\n').replaceAll(uncarriable, '\ufffd');
