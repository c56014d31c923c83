/** A message, and a sentence behind it that says what it means. */
export const hinted = (message: string, hint: string): string => `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
