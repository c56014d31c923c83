/** What came with a request, by name. */
type Parameters = Readonly<Record<string, unknown>>;

/** Stricter than the providers, which pass over what they do not know: a misspelled parameter would be missed by a test. Throws the refusal. */
export function checkNames(parameters: Parameters, known: readonly string[], refusal: (problem: string) => Error): void {
  const stranger = Object.keys(parameters).find((name) => !known.includes(name));
  if (stranger !== undefined) throw refusal(`there is no parameter "${stranger}" here`);
}

/** Also from a text, as a form has it. Throws the refusal. */
export function readInteger(parameters: Parameters, name: string, refusal: () => Error): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(String(value)) || !Number.isSafeInteger(Number(value))) throw refusal();
  return Number(value);
}
