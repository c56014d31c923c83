import { type Sandbox, startSandbox } from '@sitemessage/sandbox';
import { afterAll, afterEach, beforeAll } from 'vitest';

/**
 * Starts one sandbox for a whole file, because a connection to it takes 100 ms. Every test gets it without
 * faults and mails.
 */
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
