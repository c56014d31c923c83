import { describe, expect, it } from 'vitest';
import { ArgumentError, check, checkOptions, errorKind, invalidOption } from '../src/index.ts';

const checks = {
  port: check.integer(1, 65_535),
  name: check.text(5),
  isOpen: check.boolean,
  kind: check.oneOf(['a', 'b']),
  at: check.time('Date.now()'),
  on: check.function,
};
const refusal = (options: unknown): unknown => {
  try {
    checkOptions(options, checks, { of: 'pager', hints: { hostname: 'Call it `host`.' } });
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('checkOptions', () => {
  it('accepts options that are right, and options that are undefined', () => {
    expect(refusal({ port: 25, name: 'short', isOpen: false, kind: 'b', at: Date.UTC(2026), on() {} })).toBeUndefined();
    expect(refusal({ port: undefined })).toBeUndefined();
  });

  it.each([
    [
      { prot: 1 },
      'option_unknown',
      'prot',
      '`prot` is not an option of pager. Options: port, name, isOpen, kind, at, on. Did you mean "port"?',
    ],
    [{ hostname: 1 }, 'option_unknown', 'hostname', '`hostname` is not an option of pager. Call it `host`.'],
    [{ constructor: 1 }, 'option_unknown', 'constructor', '`constructor` is not an option of pager.'],
    [{ port: 0 }, 'option_invalid', 'port', '`port` of pager must be an integer, from 1 to 65535, not 0.'],
    [{ port: '25' }, 'option_invalid', 'port', '`port` of pager must be an integer, from 1 to 65535, not "25".'],
    [{ name: 'longer' }, 'option_invalid', 'name', '`name` of pager is longer than 5 characters.'],
    [{ name: 'a\0' }, 'option_invalid', 'name', 'holds a NUL'],
    [{ name: Promise.resolve('a') }, 'option_invalid', 'name', '`name` of pager must be a string, not a promise. Await it first.'],
    [{ isOpen: 1 }, 'option_invalid', 'isOpen', '`isOpen` of pager must be true or false, not a number.'],
    [{ kind: 'c' }, 'option_invalid', 'kind', '`kind` of pager must be a, b, not "c".'],
    [
      { at: 1_732_900_000 },
      'option_invalid',
      'at',
      '`at` of pager is 1732900000, which is in 1970. Pass milliseconds, for example `Date.now()`.',
    ],
    [{ at: new Date() }, 'option_invalid', 'at', '`at` of pager is a Date. Pass `date.getTime()`.'],
    [{ on: 'x' }, 'option_invalid', 'on', '`on` of pager must be a function, not a string.'],
    [undefined, 'option_invalid', 'options', '`options` of pager must be an object, not undefined.'],
    [[], 'option_invalid', 'options', '`options` of pager must be an object, not a list.'],
  ])('refuses %j', (options, code, field, message) => {
    const error = refusal(options);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({ name: 'ArgumentError', code, field, message: expect.stringContaining(message) });
    expect(errorKind(error)).toBe('configuration');
  });

  it('shows no text that may be a secret', () => {
    expect(refusal({ kind: 'x'.repeat(101) })).toMatchObject({ message: '`kind` of pager must be a, b, not a string.' });
  });
});

describe('invalidOption', () => {
  it('joins the field, its owner and the problem to one sentence', () => {
    expect(invalidOption('host', 'is missing', 'smtp').message).toBe('`host` of smtp is missing.');
    expect(invalidOption('host', 'is missing. Give it.').message).toBe('`host` is missing. Give it.');
  });
});
