/** As in core: what is shorter is no secret, and escaped it is not to become one. */
const shortest = 4;
const doubleQuotes = ['"', '&quot;', '&#34;'];
const singleQuotes = ["'", '&#39;', '&#039;', '&#x27;', '&apos;'];

/**
 * A secret as it is, as it stands in a page, and each of both as PHP writes it in JSON, with `\/`. Escapers of HTML do not agree on whether
 * and how they write quotes. From each of these core makes the forms that it knows.
 */
export function spellings(secret = ''): readonly string[] {
  if (secret.length < shortest) return [];
  const marked = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const escaped = doubleQuotes.flatMap((double) => singleQuotes.map((single) => marked.replaceAll('"', double).replaceAll("'", single)));
  return [secret, ...escaped].flatMap((one) => [one, one.replaceAll('/', String.raw`\/`)]);
}
