/** For what comes from elsewhere and stands in HTML of yours: https://core.telegram.org/bots/api#html-style. Also within an attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** For what comes from elsewhere and stands in MarkdownV2 of yours, but not inside of code: https://core.telegram.org/bots/api#markdownv2-style. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\_*[\]()~`>#+\-=|{}.!]/g, '\\$&');
}
