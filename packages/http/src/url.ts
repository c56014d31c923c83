/** Tells whether a text is one http or https URL and nothing else, as the `link` of a message must be. */
export const isHttpUrl = (text: string): boolean => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);

/**
 * Checks the URL of an API, as `createHttp` checks its `baseUrl`, in a table of `checkOptions` of core.
 * Returns what is wrong, without a secret; undefined when nothing is.
 */
export function checkBaseUrl(value: unknown): string | undefined {
  const url = URL.parse(String(value));
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https URL';
  if (url.username + url.password !== '') return 'must hold no user and password. Send them in a header';
  if (url.search + url.hash !== '') return 'must end with its path, because paths are appended to it';
  return undefined;
}

/**
 * Returns the URL of an API without the slashes at its end, so that paths can be appended. Check it with
 * `checkBaseUrl` first.
 *
 * @throws TypeError for a text that is not a URL.
 */
export const normalizeBaseUrl = (url: string): string => new URL(url).href.replace(/(?<!\/)\/+$/, '');
