import { describe, expect, it } from 'vitest';
import { defineMessageType, html, type Links } from '../../src/index.ts';
import type { Render } from '../../src/message/message-type.ts';
import { type RenderSubject, renderContent, type TimeBox } from '../../src/message/render.ts';

const smtp = { alias: 'newsletter', protocol: 'smtp' };
const soon: TimeBox = async (work) => work;
const details = (links: Links = {}, isForSubscribers = false): RenderSubject => ({
  links,
  recipient: { messenger: 'newsletter', address: 'ann@example.com', id: '7' },
  message: { id: 'm1', type: 'greeting', sender: 'shop', isForSubscribers },
  dispatchId: 'd1',
});

const greeting = (render: Readonly<Record<string, unknown>>) =>
  defineMessageType<object>({
    alias: 'greeting',
    title: 'Greeting',
    render: render as Readonly<Record<string, Render<object>>>,
  });
/** Renders the content of a type whose `default` render returns the given value. */
const contentOf = (rendered: unknown, links?: Links, isForSubscribers?: boolean) =>
  renderContent(greeting({ default: () => rendered }), smtp, {}, details(links, isForSubscribers), soon);

describe('the content for one recipient', () => {
  it('comes from render, which gets the context and the recipient', async () => {
    const seen: unknown[] = [];
    const type = greeting({
      smtp: (...given: unknown[]) => {
        seen.push(...given);
        return { subject: 'Hi', text: 'Hi Ann' };
      },
      default: () => ({ text: 'not this one' }),
    });
    expect(await renderContent(type, smtp, { name: 'Ann' }, details({ preferences: 'https://example.com/p' }), soon)).toEqual({
      subject: 'Hi',
      text: 'Hi Ann',
    });
    expect(seen).toEqual([{ name: 'Ann' }, details({ preferences: 'https://example.com/p' })]);
  });

  it('can be rendered asynchronously', async () => {
    expect(await contentOf(Promise.resolve({ text: 'late' }))).toEqual({ text: 'late' });
  });

  it('can be HTML from the tag or from a template engine, and its text is then empty by default', async () => {
    expect(await contentOf({ html: html`<p>${'&'}</p>` })).toEqual({ text: '', html: '<p>&amp;</p>' });
    expect(await contentOf({ html: '<p>&amp;</p>', text: '&' })).toEqual({ text: '&', html: '<p>&amp;</p>' });
  });

  it('has no HTML field for empty HTML', async () => {
    expect(await contentOf({ text: 'Hi', html: '' })).toEqual({ text: 'Hi' });
  });

  it('keeps the other fields of the messenger', async () => {
    const more = { link: 'https://example.com/7', attachments: [{ filename: 'a.txt', content: 'a' }], silent: true };
    expect(await contentOf({ text: 'Hi', ...more })).toEqual({ text: 'Hi', ...more });
  });

  it('has the link to unsubscribe by default for subscribers only, and render can set another', async () => {
    const links = { unsubscribe: 'https://example.com/u', pixel: 'https://example.com/i' };
    expect(await contentOf({ text: 'Hi' }, links, true)).toEqual({ text: 'Hi', unsubscribeUrl: 'https://example.com/u' });
    expect(await contentOf({ text: 'Your password was changed' }, links)).toEqual({ text: 'Your password was changed' });
    const own = { text: 'Hi', unsubscribeUrl: 'https://example.com/lists/7' };
    expect(await contentOf(own, links)).toEqual(own);
    expect(await contentOf(own, links, true)).toEqual(own);
  });
});

describe('a missing link', () => {
  const read = (render: Render<object>, links: Links = {}, isForSubscribers = true) =>
    renderContent(greeting({ default: render }), smtp, {}, details(links, isForSubscribers), soon);

  it.each<[name: string, links: Links, render: Render<object>]>([
    ['unsubscribe', {}, (_, { links }) => ({ html: html`<a href="${links.unsubscribe}">` })],
    ['preferences', { unsubscribe: 'https://example.com/u' }, (_, { links: { preferences } }) => ({ text: preferences })],
    ['pixel', {}, async (_, { links }) => ({ html: `<img src="${links.pixel}">` })],
  ])('fails a rendering that reads `%s`, and the error names the missing option', async (name, links, render) => {
    await expect(read(render, links)).rejects.toMatchObject({
      code: 'render_failed',
      message: expect.stringContaining(
        `\`links.${name}\` does not exist. Pass \`links\` to createSitemessage, such as \`createLinks({ url, secret })\``,
      ),
    });
  });

  it('fails a rendering that misspells its name', async () => {
    const misspelled: Render<object> = (_, { links }) => ({ text: String((links as object as Record<string, unknown>).unsubcribe) });
    await expect(read(misspelled, { unsubscribe: 'https://example.com/u' })).rejects.toThrow(
      '`links.unsubcribe` does not exist. Did you mean `links.unsubscribe`?',
    );
  });

  it('fails no rendering that does not read it, or checks first', async () => {
    expect(await read(() => ({ text: 'Hi' }))).toEqual({ text: 'Hi' });
    const asking: Render<object> = (_, { links }) => ({ text: 'pixel' in links ? links.pixel : JSON.stringify(links) });
    expect(await read(asking, { pixel: 'https://example.com/i' })).toEqual({ text: 'https://example.com/i' });
    expect(await read(asking)).toEqual({ text: '{}' });
  });
});

describe('a rendering', () => {
  const refusal = (code: string, message: string) =>
    expect.objectContaining({ kind: 'permanent', code, message: expect.stringContaining(message) });

  it.each([undefined, null, {}, { text: '' }, { html: '' }, { text: '', html: html`` }])(
    'fails for good without text and HTML: %j',
    async (rendered) => {
      await expect(contentOf(rendered)).rejects.toThrow(
        refusal('render_empty', '"greeting" returned no text, no HTML and no attachment for "newsletter"'),
      );
    },
  );

  it.each([
    [{ text: 7 }, '`text` from `render` of message type "greeting" must be a string, not a number.'],
    [{ html: 7, text: 'Hi' }, '`html` from `render` of message type "greeting" must be a string, not a number.'],
    [{ html: { markup: 'x' } }, '`html` from `render` of message type "greeting" must be a string, not an object.'],
    [{ text: Buffer.from('Hi'), html: '<p>' }, 'not a Buffer. Pass a string, such as `buffer.toString()`.'],
    [{ text: Promise.resolve('Hi') }, 'not a promise. Await it first.'],
  ])('fails for good when text or HTML has a wrong type: %o', async (rendered, problem) => {
    await expect(contentOf(rendered)).rejects.toThrow(refusal('render_failed', problem));
  });

  it('can be only an attachment', async () => {
    const attachments = [{ filename: 'a.png', content: new Uint8Array(1) }];
    expect(await contentOf({ text: '', attachments })).toMatchObject({ text: '', attachments });
    await expect(contentOf({ text: '', attachments: [] })).rejects.toThrow(refusal('render_empty', 'no attachment'));
  });

  it('fails for good when the type has no render for the messenger any more', async () => {
    const type = greeting({ xmpp: () => ({ text: 'Hi' }) });
    await expect(renderContent(type, smtp, {}, details(), soon)).rejects.toThrow(refusal('render_missing', 'no `render` for "newsletter"'));
  });

  it.each([
    ['an error', () => Promise.reject(new Error('no such template')), 'no such template'],
    [
      'an error synchronously',
      () => {
        throw new RangeError('out of range');
      },
      'out of range',
    ],
    ['a string', () => Promise.reject('a string'), 'a string'],
  ])('fails for good when render throws %s', async (_, render, reason) => {
    const failing = renderContent(greeting({ default: render }), smtp, {}, details(), soon);
    await expect(failing).rejects.toThrow(refusal('render_failed', `"greeting" failed: ${reason}`));
    await expect(failing).rejects.toHaveProperty('cause');
  });
});
