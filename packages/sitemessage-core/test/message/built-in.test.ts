import { describe, expect, it } from 'vitest';
import { createSitemessage, type Delivery, defineMessenger, emailHtml, emailPlain, html, plain, raw } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

function setUp() {
  const runtime = fakeRuntime();
  const deliveries: Delivery[] = [];
  const factory = (alias: string, protocol: string) =>
    defineMessenger<string, unknown>({
      alias: protocol,
      package: 'recording',
      title: 'Recording',
      getAddress: (recipient) => recipient,
      create: () => ({
        async send(delivery) {
          deliveries.push(delivery);
          return undefined;
        },
      }),
    })({ alias });
  const messengers = [factory('newsletter', 'smtp'), factory('pager', 'pager')];
  const site = createSitemessage({ storage: memoryStorage({ runtime }), runtime, messengers });
  return {
    site,
    to: (alias: string, address = 'ann@example.com') => site.recipients(alias, address),
    contents: async () => {
      await runtime.run(site.sendScheduledMessages());
      return deliveries.map(({ content }) => content);
    },
  };
}

describe('plain', () => {
  it('goes through every messenger, also when only a text is given', async () => {
    const { site, to, contents } = setUp();
    await site.scheduleMessages(plain({ text: 'Line 1\nLine 2' }), [to('newsletter'), to('pager')]);
    await site.scheduleMessages('Line 1\nLine 2', to('pager', 'again'));
    expect(await contents()).toEqual(Array(3).fill({ text: 'Line 1\nLine 2' }));
  });

  it('is refused without a text', async () => {
    const { site, to } = setUp();
    await expect(site.scheduleMessages(plain({} as { text: string }), to('pager'))).rejects.toThrow(
      'The context of a "plain" message is wrong: `context.text` must be a string, not undefined',
    );
  });
});

describe('email_plain', () => {
  it('has a subject and a text, for every messenger of the protocol smtp', async () => {
    const { site, to, contents } = setUp();
    await site.scheduleMessages(emailPlain({ subject: 'Order 7', text: 'On its way.' }), to('newsletter'));
    expect(await contents()).toEqual([{ subject: 'Order 7', text: 'On its way.' }]);
  });
});

describe('email_html', () => {
  it('has a subject and the markup of the html tag, which the storage does not change', async () => {
    const { site, to, contents } = setUp();
    await site.scheduleMessages(emailHtml({ subject: 'Order 7', html: html`<p>${'<7>'} & ${raw('<hr>')}</p>` }), to('newsletter'));
    expect(await contents()).toEqual([{ subject: 'Order 7', text: '', html: '<p>&lt;7&gt; & <hr></p>' }]);
  });

  it('refuses a plain string, which may hold unescaped text', async () => {
    const { site, to } = setUp();
    const message = emailHtml({ subject: 'Order 7', html: '<p>Hi</p>' as never });
    await expect(site.scheduleMessages(message, to('newsletter'))).rejects.toThrow('`context.html` must come from the html`...` tag');
  });
});

describe.each([
  { name: 'email_plain', make: (subject: string) => emailPlain({ subject, text: 'Hi' }) },
  { name: 'email_html', make: (subject: string) => emailHtml({ subject, html: html`Hi` }) },
])('$name', ({ name, make }) => {
  it('refuses a line break in the subject', async () => {
    const { site, to } = setUp();
    await expect(site.scheduleMessages(make('Hi\r\nBcc: eve@example.com'), to('newsletter'))).rejects.toThrow(
      `The context of a "${name}" message is wrong: \`context.subject\` must be one line, without CR or LF`,
    );
  });

  it('is refused for messengers of another protocol', async () => {
    const { site, to } = setUp();
    await expect(site.scheduleMessages(make('Hi'), to('pager'))).rejects.toMatchObject({
      kind: 'configuration',
      code: 'message_type_unsupported',
    });
  });
});
