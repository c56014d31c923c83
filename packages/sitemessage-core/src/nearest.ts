/** The name that was probably meant: the same one in other letters of case, or one that a single typing mistake changes into it. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const typed = given.toLowerCase();
  return names.find((name) => name === given) ?? names.find((name) => isOneOff(typed, name.toLowerCase()));
}

/** ` Did you mean "smtp"?`, to be put behind an error. Empty when no name is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const meant = nearest(given, names);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

/** One letter more, less or different, or two neighbours swapped. */
function isOneOff(one: string, other: string): boolean {
  const longest = Math.max(one.length, other.length);
  if (longest < 3 || longest > 100) return one === other;
  let start = 0;
  while (start < longest && one[start] === other[start]) start += 1;
  if (start === longest) return true;
  const rest = one.slice(start);
  const otherRest = other.slice(start);
  const isSwap = rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2);
  return isSwap || rest.slice(1) === otherRest.slice(1) || rest.slice(1) === otherRest || rest === otherRest.slice(1);
}
