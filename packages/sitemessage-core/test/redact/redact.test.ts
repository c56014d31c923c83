import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/index.ts';

const secret = 'p@ss/wörd+"1\\2 !(3)';

describe('redactor.text', () => {
  const { text } = redactor([secret]);
  const bytes = [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0'));

  it.each([
    ['as it is', secret],
    ['in capitals', secret.toUpperCase()],
    ['percent-encoded as a part of a URL', encodeURIComponent(secret)],
    ['percent-encoded as a whole URL', encodeURI(secret)],
    ['percent-encoded as a form does it', new URLSearchParams([['', secret]]).toString().slice(1)],
    ['percent-encoded to the last character, in lower case', bytes.map((byte) => `%${byte}`).join('')],
    ['percent-encoded to the last character, in upper case', bytes.map((byte) => `%${byte.toUpperCase()}`).join('')],
    ['escaped as JSON', JSON.stringify(secret).slice(1, -1)],
    ['escaped as JSON in ASCII', JSON.stringify(secret).slice(1, -1).replace('ö', '\\u00f6')],
    ['escaped as PHP writes JSON', JSON.stringify(secret).slice(1, -1).replaceAll('/', String.raw`\/`)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(secret))],
    ['escaped as HTML', 'p@ss/wörd+&quot;1\\2 !(3)'],
    ['escaped as HTML by number', 'p&#64;ss/w&#246;rd+&#34;1&#92;2 !(3)'],
    ['escaped as HTML by hexadecimal number', 'p@ss&#x2F;w&#xF6;rd+&#x22;1\\2 !(3)'],
    ['escaped as HTML in JSON', JSON.stringify('p@ss/wörd+&quot;1\\2 !(3)').slice(1, -1).replaceAll('&', String.raw`\u0026`)],
    ['escaped as HTML, percent-encoded', encodeURIComponent('p@ss/wörd+&quot;1\\2 !(3)')],
    ['escaped as JSON in JSON', JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)],
    ['escaped as JSON, percent-encoded twice', encodeURIComponent(encodeURIComponent(JSON.stringify(secret).slice(1, -1)))],
    ['as hexadecimal digits', bytes.join('')],
    ['as Node prints a Buffer', inspect(Buffer.from(secret)).slice('<Buffer '.length, -1)],
    ['as Python prints bytes', bytes.map((byte) => `\\x${byte}`).join('')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 for URLs', Buffer.from(secret).toString('base64url')],
  ])('masks a secret %s', (_, form) => {
    expect(text(`before ${form} after`)).toBe('before [redacted] after');
  });

  it.each([0, 1, 2, 3, 4, 5])('masks a secret with %d bytes before it in base64, and what stands around it stays', (length) => {
    for (const after of ['', '.', '..', '...']) {
      const encoded = Buffer.from(`${'u'.repeat(length)}${secret}${after}`).toString('base64');
      const masked = text(`Authorization: Basic ${encoded}, next`);
      expect(masked).toMatch(/^Authorization: Basic [\w+/]*\[redacted\][\w+/=]*, next$/);
      const [left = '', right = ''] = masked.slice('Authorization: Basic '.length, -', next'.length).split('[redacted]');
      expect(encoded.startsWith(left) && encoded.endsWith(right)).toBe(true);
      expect(Buffer.from(left, 'base64').toString()).toMatch(/^u*$/);
    }
  });

  it('masks a secret whose base64 is another for URLs', () => {
    const { text } = redactor(['???>>>']);
    expect(text('Pz8/Pj4+ Pz8_Pj4-')).toBe('[redacted] [redacted]');
  });

  it('masks a secret after any three encoders, and what stands around it stays', () => {
    const escapeHtml = (text: string): string =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#039;');
    const encoders = [encodeURIComponent, escapeHtml, (text: string) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')];
    const hard = fc.string({ unit: fc.constantFrom(...'\\%&"\'/<;+2u0aöключ🔑'), minLength: 4, maxLength: 30 });
    fc.assert(
      fc.property(hard, fc.array(fc.constantFrom(...encoders), { maxLength: 3 }), (odd, chain) => {
        const encoded = chain.reduce((text, encode) => encode(text), odd);
        expect(redactor([odd]).text(`[ ${encoded} ]`)).toBe('[ [redacted] ]');
      }),
    );
  });

  it('masks a secret that changes', () => {
    const secrets = ['first-token'];
    const { text, cause } = redactor(() => secrets);
    secrets.push('second-token');
    expect(text('first-token second-token')).toBe('[redacted] [redacted]');
    expect(cause(new Error('second-token'))?.message).toBe('[redacted]');
  });

  it('masks what overlaps as one', () => {
    expect(redactor(['token-one', 'one-more']).text('a token-one-more b')).toBe('a [redacted] b');
    expect(redactor(['aaaa']).text('aaaaaaab')).toBe('[redacted]b');
  });

  it('masks every secret, every time, the longer ones first', () => {
    expect(redactor(['token', 'token-two']).text('token-two, token, token-two')).toBe('[redacted], [redacted], [redacted]');
  });

  it('masks every time that it is asked', () => {
    for (let turn = 0; turn < 3; turn += 1) expect(text(`${secret}`)).toBe('[redacted]');
  });

  it.each(['.*+?', '^$|\\', '[a](b)', '{4}-/', '$&$1', '\\d+\\', '%2F%2F', 'ключ', '🔑🔑'])('takes %j for what it is', (odd) => {
    const { text } = redactor([odd]);
    expect(text(`<${odd}>`)).toBe('<[redacted]>');
    expect(text(`<${encodeURIComponent(odd)}>`)).toBe('<[redacted]>');
    expect(text('nothing of 1234 that kind')).toBe('nothing of 1234 that kind');
  });

  it('masks what looks like a secret with half of a surrogate pair', () => {
    expect(redactor(['key\ud800key']).text('a key\ud800key b')).toBe('a [redacted] b');
  });

  it('passes over what is empty, missing or shorter than 4 characters', () => {
    const { text } = redactor(['', undefined, 'abc']);
    expect(text('abc, undefined and nothing')).toBe('abc, undefined and nothing');
  });

  it('leaves everything else alone', () => {
    expect(text('p@ss, wörd and %20')).toBe('p@ss, wörd and %20');
    expect(redactor([]).text('all of it')).toBe('all of it');
  });

  it('masks a secret of 4 characters', () => {
    expect(redactor(['abcd']).text('abcde')).toBe('[redacted]e');
  });
});

describe('a text that is too long to be shown', () => {
  const long = `"${'0123456789/'.repeat(100)}"`;
  const { text, cause } = redactor([long]);
  const spelled = [long, encodeURIComponent(encodeURIComponent(long)), JSON.stringify(long).slice(1, -1), long.replaceAll('"', '&quot;')];

  it('is cut after 2,000 characters', () => {
    expect(text('x'.repeat(3_000))).toBe('x'.repeat(2_000));
    expect(redactor([]).text('x'.repeat(3_000))).toBe('x'.repeat(2_000));
    expect(cause(new Error('x'.repeat(3_000)))?.message).toHaveLength(2_000);
    expect(cause(new Error('x'.repeat(100_000)))?.stack).toHaveLength(8_000);
  });

  it.each(spelled)('shows no half of a secret, wherever it is cut: %#', (form) => {
    for (const before of [0, 500, 1_000, 1_500, 1_980, 1_995]) {
      expect(text(`${'x'.repeat(before)}${form}`)).toBe(`${'x'.repeat(before)}[redacted]`.slice(0, 2_000));
    }
    // Masks are so much shorter that what stands at the end of 64 kB is shown.
    for (const before of [0, 1, 300, 600, 900]) {
      const shown = text(`${'x'.repeat(before)}${form.repeat(80)}`);
      expect(shown).toMatch(/^x*(?:\[redacted\])+$/);
    }
  });

  it('is not read beyond 64 kB and a secret', () => {
    expect(text(`${long.repeat(50)}${'x'.repeat(8 * 1_024 * 1_024)}${long}`)).toMatch(/^(?:\[redacted\]){50}x+$/);
  });
});

describe('redactor.cause', () => {
  const { cause } = redactor([secret]);
  const shown = (error: unknown): string => `${inspect(error, { depth: 10, showHidden: true })}${JSON.stringify(error)}`;

  it('copies name, message, code and stack without the secret', () => {
    const original = Object.assign(new TypeError(`No ${secret}.`), { code: `E_${secret}` });
    const copy = cause(original);
    expect(copy).toBeInstanceOf(Error);
    expect(copy).toMatchObject({ name: 'TypeError', message: 'No [redacted].', code: 'E_[redacted]' });
    expect(copy?.stack).toContain('No [redacted].');
    expect(copy?.stack).toContain('redact.test.ts');
    expect(shown(copy)).not.toContain(secret);
  });

  it('leaves the original as it is', () => {
    const original = new Error(secret);
    cause(original);
    expect(original.message).toBe(secret);
  });

  it('leaves out every other property', () => {
    const copy = cause(Object.assign(new Error('No.'), { config: { password: 'another' }, [Symbol('request')]: 'another' }));
    expect(shown(copy)).not.toContain('another');
  });

  it('keeps a code that is a number, and none of another type', () => {
    expect(cause(Object.assign(new Error('No.'), { code: 550 }))).toHaveProperty('code', 550);
    expect(cause(Object.assign(new Error('No.'), { code: { secret } }))).not.toHaveProperty('code');
    expect(cause(new Error('No.'))).not.toHaveProperty('code');
  });

  it('follows the chain of causes', () => {
    const copy = cause(new Error('One', { cause: new RangeError(`Two: ${secret}`, { cause: `Three: ${secret}` }) }));
    expect(copy?.cause).toMatchObject({ name: 'RangeError', message: 'Two: [redacted]', cause: { message: 'Three: [redacted]' } });
    expect(shown(copy)).not.toContain(secret);
  });

  it('ends a chain that goes round', () => {
    const [one, two] = [new Error('One'), new Error(`Two: ${secret}`)];
    one.cause = two;
    two.cause = one;
    const copy = cause(one);
    expect(copy?.cause).toMatchObject({ message: 'Two: [redacted]' });
    let length = 0;
    for (let error = copy; error; error = error.cause as Error | undefined) length += 1;
    expect(length).toBe(5);
  });

  it.each([
    ['a string', `No ${secret}.`, 'No [redacted].'],
    ['a number', 7, '7'],
    ['false', false, 'false'],
    ['a symbol', Symbol(secret), 'Symbol([redacted])'],
    ['an object', { secret }, '[object Object]'],
    ['an object without a prototype', Object.create(null), 'something that cannot be written as a string'],
    [
      'an object that throws when it is written',
      {
        toString() {
          throw new Error(secret);
        },
      },
      'something that cannot be written as a string',
    ],
  ])('makes an error of %s', (_, thrown, message) => {
    const copy = cause(thrown);
    expect(copy).toBeInstanceOf(Error);
    expect(copy?.message).toBe(message);
    expect(shown(copy)).not.toContain(secret);
  });

  it.each([undefined, null])('makes nothing of %s', (thrown) => {
    expect(cause(thrown)).toBeUndefined();
  });

  it('reads errors of another realm', () => {
    const foreign: unknown = runInNewContext('Object.assign(new RangeError(text), { code: "E" })', { text: `No ${secret}.` });
    expect(foreign).not.toBeInstanceOf(Error);
    expect(cause(foreign)).toMatchObject({ name: 'RangeError', message: 'No [redacted].', code: 'E' });
  });

  it('reads errors that were made the old way, without a class', () => {
    const old = Object.assign(Object.create(Error.prototype), {
      name: 'OldError',
      message: `No ${secret}.`,
      stack: `OldError: No ${secret}.`,
    });
    expect(cause(old)).toMatchObject({ name: 'OldError', message: 'No [redacted].', stack: 'OldError: No [redacted].' });
  });

  it('reads what fetch throws when it is aborted', () => {
    expect(cause(new DOMException(`No ${secret}.`, 'AbortError'))).toMatchObject({ name: 'AbortError', message: 'No [redacted].' });
  });

  it('does not trip over an error that somebody spoiled', () => {
    const spoiled = Object.defineProperties(new Error('No.'), {
      message: { value: { secret } },
      name: { value: 7 },
      stack: { value: undefined },
      code: {
        get() {
          throw new Error(secret);
        },
      },
    });
    const copy = cause(spoiled);
    expect(copy).toMatchObject({ name: '7', message: '[object Object]', stack: '7: [object Object]' });
    expect(shown(copy)).not.toContain(secret);
  });
});
