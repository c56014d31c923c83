import type { BuiltinName, Sandbox } from '@sitemessage/sandbox';
import { afterEach, beforeEach } from 'vitest';

/**
 * Starts a new sandbox for every test of a file. A shared one would refuse a message that an earlier test
 * sent, as a repeat.
 */
export function sandboxed<Name extends BuiltinName>(name: Name): { readonly sandbox: Sandbox<readonly [Name]> } {
  let sandbox: Sandbox<readonly [Name]>;
  beforeEach(async () => {
    // Tests without a sandbox import this module too, and need not load it.
    const { startSandbox } = await import('@sitemessage/sandbox');
    sandbox = await startSandbox({ protocols: [name] });
  });
  afterEach(() => sandbox.close());
  return {
    get sandbox() {
      return sandbox;
    },
  };
}
