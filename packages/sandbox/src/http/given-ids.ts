/** Ids in place of the emulator's own, for the messages that come next. */
export interface GivenIds {
  give(id: string): void;
  /** The one that was given, once; else the emulator's own. */
  next<Id>(own: Id): Id | string;
}

export function createGivenIds(): GivenIds {
  const given: string[] = [];
  return {
    give: (id) => void given.push(id),
    next: (own) => given.shift() ?? own,
  };
}
