import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { pigeonPost as protocol } from '../sandbox/emulator.ts';
import { pigeonPost } from '../src/index.ts';

describe('a site', () => {
  it('sends a text to its recipients', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const site = createSitemessage({ storage: memoryStorage(), messengers: [pigeonPost(sandbox['pigeon-post'].options)] });
    await site.scheduleMessages('Hi there!', site.recipients('pigeon-post', ['@Ann', 'bob']));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 0, error: 0 });
    expect(sandbox.inbox.to('ann')).toMatchObject([{ protocol: 'pigeon-post', text: 'Hi there!' }]);
    expect(sandbox.inbox.to('bob')).toMatchObject([{ protocol: 'pigeon-post', text: 'Hi there!' }]);
    await site.close();
  });

  it('continues after a recipient that is refused', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const site = createSitemessage({ storage: memoryStorage(), messengers: { 'pigeon-post': sandbox['pigeon-post'].options } });
    sandbox['pigeon-post'].emulator.fail({ kind: 'permanent', when: 'before' });
    await site.scheduleMessages('Hi there!', site.recipients('pigeon-post', ['ann', 'bob']));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 1 });
    await site.close();
  });

  it('pauses the messenger when its token is refused, and reports that', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const messenger = pigeonPost({ ...sandbox['pigeon-post'].options, token: 'another-token' });
    const site = createSitemessage({ storage: memoryStorage(), messengers: [messenger] });
    await site.scheduleMessages('Hi there!', site.recipients('pigeon-post', 'ann'));
    const { paused } = await site.sendScheduledMessages();
    expect(paused).toMatchObject({ 'pigeon-post': { kind: 'configuration', code: 'pigeon_post_token' } });
    await site.close();
  });
});
