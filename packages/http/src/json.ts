/**
 * The deepest JSON that is read. No messenger's API nests deeper, and callers may walk through it by
 * recursion.
 */
const deepest = 100;

/**
 * Parses the JSON of a reply.
 *
 * @throws SyntaxError for a text that is not JSON, or is nested more than 100 levels deep.
 */
export function parseJson(text: string): unknown {
  if (depthOf(text) > deepest) throw new SyntaxError(`the JSON is nested more than ${deepest} levels deep`);
  return JSON.parse(text);
}

/**
 * Returns the JSON of a reply when it is an object, or an array (whose names are numbers). Returns undefined
 * for other JSON, for JSON that is nested more than 100 levels deep, and for a text that is not JSON.
 */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** Counts brackets outside of strings, up to the level that is too deep. The text may be anything. */
function depthOf(text: string): number {
  let [depth, most, isInString] = [0, 0, false];
  for (let index = 0; index < text.length && most <= deepest; index += 1) {
    const character = text[index];
    if (isInString) {
      if (character === '\\') index += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') most = Math.max(most, ++depth);
    else if (character === '}' || character === ']') depth -= 1;
  }
  return most;
}
