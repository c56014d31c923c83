/** Whether this is an http or https URL and nothing else, as the `link` of a message has to be. White space around it is no part of one. */
export const isHttpUrl = (text: string): boolean => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);

/**
 * Where an API is, checked as `createHttp` checks its `baseUrl`, without the slash at its end: for an option of a messenger's own.
 *
 * @throws What `wrong` makes of the problem, which is a sentence to follow the name of the option: `must be an http or https URL`.
 */
export function readBaseUrl(given: unknown, wrong: (problem: string) => Error): string {
  const url = URL.parse(String(given));
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw wrong('must be an http or https URL');
  if (url.username + url.password !== '') throw wrong('must hold no user and password; send them in a header');
  if (url.search + url.hash !== '') throw wrong('must end with its path: every path is appended to it');
  return url.href.replace(/(?<!\/)\/+$/, '');
}
