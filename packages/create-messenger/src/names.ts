/** The names of a messenger, made from its alias. */
export interface Names {
  /** The name of its factory: `myProtocol`. */
  readonly camel: string;
  /** The beginning of its types: `MyProtocol`. */
  readonly pascal: string;
  /** The beginning of its error codes: `my_protocol`. */
  readonly snake: string;
  /** The beginning of environment variables: `MY_PROTOCOL`. */
  readonly upper: string;
  /** The title for users: `My Protocol`. */
  readonly title: string;
}

/** Makes the names for an alias: lower-case words with hyphens between them. */
export function namesOf(alias: string): Names {
  const words = alias.split('-');
  const capital = words.map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  const pascal = capital.join('');
  return {
    camel: `${pascal.slice(0, 1).toLowerCase()}${pascal.slice(1)}`,
    pascal,
    snake: words.join('_'),
    upper: words.join('_').toUpperCase(),
    title: capital.join(' '),
  };
}
