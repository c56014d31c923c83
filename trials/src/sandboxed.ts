import { type BuiltinName, type Sandbox, startSandbox } from '@sitemessage/sandbox';
import { afterEach, beforeEach } from 'vitest';

/** A sandbox of its own for every test of a file: what one has sent, another one must not be refused as a repeat. */
export function sandboxed<Name extends BuiltinName>(name: Name): { readonly sandbox: Sandbox<readonly [Name]> } {
  let sandbox: Sandbox<readonly [Name]>;
  beforeEach(async () => {
    sandbox = await startSandbox({ protocols: [name] });
  });
  afterEach(() => sandbox.close());
  return {
    get sandbox() {
      return sandbox;
    },
  };
}
