/** The part of a test runner that a contract needs. vitest, node:test, jest, mocha and bun have it. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** One promise of a contract, and its check. */
export interface ContractTest<Fixture> {
  /** The promise, as the name of the test: "claims only the given types". */
  readonly name: string;
  /** Rejects when the promise is broken. */
  check(fixture: Fixture): Promise<void>;
}

/**
 * Registers the tests of a contract, by chapter. `run` makes a fixture, checks the test with it and releases
 * it.
 */
export function runContract<Fixture>(
  { describe, it }: TestRunner,
  name: string,
  chapters: Readonly<Record<string, readonly ContractTest<Fixture>[]>>,
  run: (test: ContractTest<Fixture>) => Promise<void>,
): void {
  describe(name, () => {
    for (const [chapter, tests] of Object.entries(chapters)) {
      describe(chapter, () => {
        for (const test of tests) it(test.name, () => run(test));
      });
    }
  });
}
