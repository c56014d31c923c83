import { type Sandbox, startSandbox } from '@sitemessage/sandbox';
import { afterEach, beforeEach } from 'vitest';

/** A sandbox of its own for every test: what one has sent, another one must not be refused as a repeat. */
export function sandboxed(): { readonly sandbox: Sandbox<readonly ['fb']> } {
  let sandbox: Sandbox<readonly ['fb']>;
  beforeEach(async () => {
    sandbox = await startSandbox({ protocols: ['fb'] });
  });
  afterEach(() => sandbox.close());
  return {
    get sandbox() {
      return sandbox;
    },
  };
}
