import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/message/json.ts';

class Order {
  readonly id = 7;
}

const cycle: { self?: unknown } = {};
cycle.self = { again: [cycle] };

describe('the JSON text of a context', () => {
  it.each([null, true, false, 0, -1.5, 1e300, '', 'zażółć 👍 \u2028', [], {}, { a: [{ b: null }, [], 'c'] }])(
    'reads back as the same value: %j',
    (value) => {
      expect(JSON.parse(toJson(value))).toEqual(value);
    },
  );

  it('keeps a NUL and half of a surrogate pair, escaped as ASCII for databases', () => {
    const text = toJson({ text: 'nul \0 half \ud800' });
    expect(text).toMatch(/^[ -~]*$/);
    expect(JSON.parse(text)).toEqual({ text: 'nul \0 half \ud800' });
  });

  it('leaves out a property that is undefined', () => {
    expect(toJson({ a: undefined, b: { c: undefined, d: 1 } })).toBe('{"b":{"d":1}}');
  });

  it('accepts an object without a prototype, and one value in two places', () => {
    const shared = Object.assign(Object.create(null), { a: 1 });
    expect(toJson({ one: shared, other: [shared, shared] })).toBe('{"one":{"a":1},"other":[{"a":1},{"a":1}]}');
  });
});

describe('a value that JSON cannot carry', () => {
  it.each([
    [
      'a date',
      { at: new Date(0) },
      '`context.at` is a Date, which cannot be stored as JSON. Pass a string or a number, such as date.toISOString().',
    ],
    ['an invalid date', { at: new Date(Number.NaN) }, '`context.at` is a Date'],
    ['a function', { render: () => 'x' }, '`context.render` is function'],
    ['a method of an array item', { items: [1, { price() {} }] }, '`context.items[1].price` is function'],
    ['NaN', { total: Number.NaN }, '`context.total` is NaN, which cannot be stored as JSON. Pass a finite number or null.'],
    ['Infinity', { total: [Number.POSITIVE_INFINITY] }, '`context.total[0]` is Infinity'],
    ['-Infinity', Number.NEGATIVE_INFINITY, '`context` is -Infinity'],
    ['an instance of a class', { order: new Order() }, '`context.order` is a Order, which cannot be stored as JSON. Pass a plain object.'],
    ['an instance of a class without a name', { order: new (class {})() }, '`context.order` is an instance of a class, which'],
    ['a map', { names: new Map([['a', 1]]) }, '`context.names` is a Map'],
    ['a boxed string', { name: new String('Ann') }, '`context.name` is a String'],
    [
      'bytes',
      { file: Buffer.from('x') },
      "`context.file` is a Buffer, which cannot be stored as JSON. Pass a string, such as buffer.toString('base64').",
    ],
    [
      'a promise',
      { user: Promise.resolve() },
      '`context.user` is a Promise, which cannot be stored as JSON. Pass what it resolves to: await it first.',
    ],
    ['a symbol', { kind: Symbol('a') }, '`context.kind` is symbol'],
    ['a bigint', { id: 7n }, '`context.id` is bigint'],
    ['itself', cycle, '`context.self.again[0]` is a part of itself, which cannot be stored as JSON. Pass a copy of what is needed.'],
    ['undefined in an array', { list: [1, undefined] }, '`context.list[1]` is undefined'],
    ['a hole in an array', { list: new Array(1) }, '`context.list[0]` is undefined'],
    ['undefined alone', undefined, '`context` is undefined'],
  ])('is refused with its path: %s', (_, value, message) => {
    expect(() => toJson(value)).toThrow(expect.objectContaining({ name: 'ArgumentError' }));
    expect(() => toJson(value)).toThrow(message);
  });
});
