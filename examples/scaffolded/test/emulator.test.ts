import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { pigeonPost as protocol } from '../sandbox/emulator.ts';

const body = JSON.stringify({ to: 'ann', text: 'Hi there!' });

describe('the emulator', () => {
  it.each([
    ['with a repeated key once', { 'idempotency-key': '1' }, 1],
    ['without a key each time', {}, 2],
  ])('accepts a message %s', async (_, keyed, times) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const { token, apiRoot } = sandbox['pigeon-post'].options;
    const headers = { authorization: `Bearer ${token}`, ...keyed };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const response = await fetch(`${apiRoot}/messages`, { method: 'POST', headers, body });
      expect(await response.json()).toEqual({ id: expect.any(String) });
    }
    expect(sandbox.inbox.to('ann')).toHaveLength(times);
  });
});
