import { describe, expect, it } from 'vitest';
import { html } from '../../src/index.ts';
import { fields, line, markup, text } from '../../src/message/fields.ts';

const schema = fields<{ subject: string; body: string }>({ subject: line, body: text });
const validate = (value: unknown) => schema['~standard'].validate(value);

describe('the schema of the built-in types', () => {
  it('is a Standard Schema', () => {
    expect(schema['~standard']).toMatchObject({ version: 1, vendor: 'sitemessage' });
  });

  it('accepts its fields and drops others', () => {
    expect(validate({ subject: 'Hi', body: 'Line 1\r\nLine 2', more: true })).toEqual({
      value: { subject: 'Hi', body: 'Line 1\r\nLine 2' },
    });
  });

  it('names every wrong field', () => {
    expect(validate({ subject: 7 })).toEqual({
      issues: [
        { message: 'must be a string, not a number', path: ['subject'] },
        { message: 'must be a string, not undefined', path: ['body'] },
      ],
    });
  });

  it.each([
    [Buffer.from('Hi'), 'must be a string, not a Buffer'],
    [Promise.resolve('Hi'), 'must be a string, not a promise'],
    ['[object Object]', 'is "[object Object]": an object became a text. Pass the field of it that was meant'],
  ])('refuses %o in place of a text, and says how to correct it', (value, message) => {
    expect(validate({ subject: value, body: value })).toMatchObject({ issues: [{ message }, { message }] });
    expect(validate({ subject: 'Error', body: 'It printed [object Object]' })).toHaveProperty('value');
  });

  it.each([undefined, null, 'text', 7])('names all fields as missing for %o', (value) => {
    expect(validate(value)).toMatchObject({ issues: [{ path: ['subject'] }, { path: ['body'] }] });
  });
});

describe('a line', () => {
  it.each(['a\rb', 'a\nb', 'a\r\nBcc: eve@example.com', '\n', 'a\n'])('cannot contain a line break: %j', (value) => {
    expect(line(value)).toEqual({ problem: 'must be one line, without CR or LF' });
  });

  it('can be empty', () => {
    expect(line('')).toEqual({ value: '' });
  });
});

describe('markup', () => {
  it('must come from the html tag', () => {
    expect(markup(html`<p>${'&'}</p>`)).toEqual({ value: '<p>&amp;</p>' });
  });

  it.each(['<p>Hi</p>', undefined, { markup: '<p>Hi</p>' }])('cannot be %j, which may hold unescaped text', (value) => {
    expect(markup(value)).toEqual({ problem: expect.stringContaining('html`...` tag') });
  });
});
