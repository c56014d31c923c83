/** What else a messenger is called, made from its alias. */
export interface Names {
  /** `myProtocol`: of its factory. */
  readonly camel: string;
  /** `MyProtocol`: what its types begin with. */
  readonly pascal: string;
  /** `my_protocol`: what its error codes begin with. */
  readonly snake: string;
  /** `MY_PROTOCOL`: of variables of the environment. */
  readonly upper: string;
  /** `My Protocol`. */
  readonly title: string;
}

/** Of an alias that is one: lower-case words with hyphens between them. */
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
