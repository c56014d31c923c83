import { type Sandbox, startSandbox } from '@sitemessage/sandbox';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** One sandbox for a whole file, healed and emptied after every test: a connection to it takes 100 ms. */
export function sandboxed(): { readonly sandbox: Sandbox<readonly ['smtp']> } {
  let sandbox: Sandbox<readonly ['smtp']>;
  beforeAll(async () => {
    sandbox = await startSandbox({ protocols: ['smtp'] });
  });
  afterEach(() => {
    sandbox.smtp.heal();
    sandbox.inbox.clear();
  });
  afterAll(() => sandbox.close());
  return {
    get sandbox() {
      return sandbox;
    },
  };
}
