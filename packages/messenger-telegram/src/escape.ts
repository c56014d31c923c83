/**
 * Escapes a text for your HTML, also inside of an attribute with either kind of quotes: https://core.telegram.org/bots/api#html-style.
 * Telegram knows no `&apos;`, so a `'` becomes `&#39;`.
 */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** Escapes a text for your MarkdownV2, but not inside of code: https://core.telegram.org/bots/api#markdownv2-style. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\_*[\]()~`>#+\-=|{}.!]/g, '\\$&');
}
