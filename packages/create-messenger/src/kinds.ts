/** What there are templates for. */
export type Kind = 'http' | 'connection' | 'minimal';

/** With what each is for, as the question shows it. */
export const kinds: Readonly<Record<Kind, string>> = {
  http: 'one request for each message, through @sitemessage/http',
  connection: 'a line that is opened, sends, and is closed',
  minimal: 'fetch, in as few lines as possible',
};

export const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text);
