/** The API of no messenger nests deeper. Whoever walks over what was read may do it by recursion. */
const deepest = 100;

/**
 * Parses the JSON of a reply.
 *
 * @throws SyntaxError for a text that is no JSON, or is nested more than 100 levels deep.
 */
export function parseJson(text: string): unknown {
  if (depthOf(text) > deepest) throw new SyntaxError(`the JSON is nested more than ${deepest} levels deep`);
  return JSON.parse(text);
}

/** Counts brackets outside of strings, up to the level that is too deep. For a text that is no JSON the number means nothing. */
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
