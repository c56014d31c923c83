/** RFC 5322, 2.1.1: in bytes, without its end. */
export const longestLine = 998;

/** RFC 5321, 2.3.8: lines end with CR LF only. What else stands for an end would be changed on the way, and break a signature. */
export const withLineEnds = (text: string): string => text.replaceAll(/\r\n?|\n/g, '\r\n');

/** A header has its name on the first line, and some words have a parameter's. */
const longestWord = 900;

/** Whether a header of this text can be folded, which is done between words, into lines that are not too long. */
export const isFoldable = (text: string): boolean => text.split(/[ \t]+/).every((word) => word.length <= longestWord);
