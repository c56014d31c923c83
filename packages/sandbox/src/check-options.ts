const names = ['protocols', 'seed'];

/**
 * Before anything is started: what is misspelled would start something else.
 *
 * @throws TypeError that names the option, and says what to do.
 */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError("`options` must be an object, such as { protocols: ['smtp'] }; leave it out for all built-in protocols.");
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`\`${unknown}\` is no option; there are \`protocols\` and \`seed\`.`);
  const { protocols, seed } = options as Readonly<Record<string, unknown>>;
  if (protocols !== undefined) checkProtocols(protocols);
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw new TypeError('`seed` must be an integer; leave it out for 1.');
}

function checkProtocols(protocols: unknown): void {
  if (!Array.isArray(protocols)) {
    throw new TypeError("`protocols` must be a list, such as ['smtp']; leave it out for all built-in ones.");
  }
  const wrong = protocols.findIndex((one) => typeof one !== 'string' && !isProtocol(one));
  if (wrong === -1) return;
  throw new TypeError(
    `\`protocols[${wrong}]\` must be the name of a built-in one, or an object with its \`name\` and a \`start\` function.`,
  );
}

function isProtocol(given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return false;
  const { name, start } = given as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && name !== '' && typeof start === 'function';
}
