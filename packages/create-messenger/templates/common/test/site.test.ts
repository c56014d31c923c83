import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { myProtocol as protocol } from '../sandbox/emulator.ts';
import { myProtocol } from '../src/index.ts';

describe('a site', () => {
  it('sends a text to its recipients', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const site = createSitemessage({ storage: memoryStorage(), messengers: [myProtocol(sandbox['my-protocol'].options)] });
    await site.scheduleMessages('Hi there!', site.recipients('my-protocol', ['@Ann', 'bob']));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 0, error: 0 });
    expect(sandbox.inbox.to('ann')).toMatchObject([{ protocol: 'my-protocol', text: 'Hi there!' }]);
    expect(sandbox.inbox.to('bob')).toMatchObject([{ protocol: 'my-protocol', text: 'Hi there!' }]);
    await site.close();
  });

  it('continues after a recipient that is refused', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const site = createSitemessage({ storage: memoryStorage(), messengers: { 'my-protocol': sandbox['my-protocol'].options } });
    sandbox['my-protocol'].emulator.fail({ kind: 'permanent', when: 'before' });
    await site.scheduleMessages('Hi there!', site.recipients('my-protocol', ['ann', 'bob']));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 1 });
    await site.close();
  });

  it('pauses the messenger when its token is refused, and reports that', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const messenger = myProtocol({ ...sandbox['my-protocol'].options, token: 'another-token' });
    const site = createSitemessage({ storage: memoryStorage(), messengers: [messenger] });
    await site.scheduleMessages('Hi there!', site.recipients('my-protocol', 'ann'));
    const { paused } = await site.sendScheduledMessages();
    expect(paused).toMatchObject({ 'my-protocol': { kind: 'configuration', code: 'my_protocol_token' } });
    await site.close();
  });
});
