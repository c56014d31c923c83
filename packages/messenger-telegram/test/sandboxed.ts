import { type Sandbox, startSandbox } from '@sitemessage/sandbox';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** One sandbox for a whole file, healed and emptied after every test. */
export function sandboxed(): { readonly sandbox: Sandbox<readonly ['telegram']> } {
  let sandbox: Sandbox<readonly ['telegram']>;
  beforeAll(async () => {
    sandbox = await startSandbox({ protocols: ['telegram'] });
  });
  afterEach(() => {
    sandbox.telegram.heal();
    sandbox.inbox.clear();
  });
  afterAll(() => sandbox.close());
  return {
    get sandbox() {
      return sandbox;
    },
  };
}
