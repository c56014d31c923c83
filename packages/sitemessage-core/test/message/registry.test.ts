import { describe, expect, it } from 'vitest';
import { defineMessageType, emailHtml, emailPlain, plain } from '../../src/index.ts';
import { createMessageTypes } from '../../src/message/registry.ts';

const type = (alias: string, title = alias) => defineMessageType<object>({ alias, title, render: { default: () => ({ text: 'Hi' }) } });

describe('the message types of a site', () => {
  it('always include the built-in types', () => {
    const types = createMessageTypes();
    expect(types.aliases()).toEqual(['plain', 'email_plain', 'email_html']);
    expect([plain, emailPlain, emailHtml].map(({ alias }) => types.find(alias))).toEqual([plain, emailPlain, emailHtml]);
  });

  it('are found by alias', () => {
    const types = createMessageTypes();
    const [news, order] = [type('news'), type('order')];
    types.register([news, order]);
    expect(types.find('news')).toBe(news);
    expect(types.find('order')).toBe(order);
    expect(types.find('constructor')).toBeUndefined();
    expect(types.aliases()).toContain('news');
  });

  it('can be registered again, but not two with the same alias', () => {
    const types = createMessageTypes();
    const news = type('news', 'News');
    types.register([news]);
    types.register([news, news]);
    const registerTwice = () => types.register([type('news', 'Other news')]);
    expect(registerTwice).toThrow('Two message types have the alias "news" ("News" and "Other news")');
    expect(registerTwice).toThrow(expect.objectContaining({ kind: 'configuration', code: 'message_type_taken' }));
    expect(types.find('news')).toBe(news);
  });

  it('cannot replace a built-in type', () => {
    expect(() => createMessageTypes().register([type('plain', 'My own')])).toThrow('"Text" and "My own"');
  });

  it('belong to one site', () => {
    createMessageTypes().register([type('news')]);
    expect(createMessageTypes().find('news')).toBeUndefined();
  });
});
