/** What the caller can mend: told in one sentence, without a stack. */
export class Problem extends Error {
  override readonly name: string = 'Problem';
}
