import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  AddressError,
  ConfigurationError,
  type ErrorKind,
  errorKind,
  PermanentError,
  SitemessageError,
  TransientError,
  UnknownOutcomeError,
} from '../src/index.ts';

const classes = [
  { Class: TransientError, kind: 'transient', code: 'transient', own: { scope: 'dispatch', sessionLost: false } },
  { Class: PermanentError, kind: 'permanent', code: 'permanent', own: { recipientGone: false } },
  { Class: AddressError, kind: 'address', code: 'address', own: {} },
  { Class: ConfigurationError, kind: 'configuration', code: 'configuration', own: {} },
  { Class: UnknownOutcomeError, kind: 'unknown', code: 'unknown_outcome', own: { sessionLost: false } },
] as const;

describe.each(classes)('$Class.name', ({ Class, kind, code, own }) => {
  it(`is of the kind ${kind}, with a code, a message and a name`, () => {
    const error = new Class('It broke.');
    expect(error).toBeInstanceOf(SitemessageError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ kind, code, message: 'It broke.', name: Class.name, ...own });
    expect(errorKind(error)).toBe(kind);
    expect(String(error)).toBe(`${Class.name}: It broke.`);
  });

  it('takes a code of its own and a cause', () => {
    const cause = new Error('Underneath.');
    expect(new Class('It broke.', { code: 'line_broke', cause })).toMatchObject({ code: 'line_broke', cause });
  });

  it('has no cause when there is none', () => {
    expect(new Class('It broke.')).not.toHaveProperty('cause');
    expect(inspect(new Class('It broke.', { cause: undefined }))).not.toContain('cause');
  });

  it('says its kind and code as JSON', () => {
    expect(JSON.parse(JSON.stringify(new Class('It broke.')))).toMatchObject({ kind, code, ...own });
  });
});

describe('a TransientError', () => {
  it.each([
    [1_500, 1_500],
    [0, 0],
    [0.2, 1],
    [1_500.5, 1_501],
    [-5, 0],
  ])('rounds a wait of %d ms to %d: up, so as not to come too early', (given, kept) => {
    expect(new TransientError('Wait.', { retryAfterMs: given }).retryAfterMs).toBe(kept);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('leaves out a wait of %d', (retryAfterMs) => {
    expect(new TransientError('Wait.', { retryAfterMs })).not.toHaveProperty('retryAfterMs');
    expect(new ConfigurationError('Wait.', { retryAfterMs })).not.toHaveProperty('retryAfterMs');
  });

  it('has no wait when nobody asked for one', () => {
    expect(new TransientError('Wait.')).not.toHaveProperty('retryAfterMs');
  });

  it('keeps its scope and whether the session is lost', () => {
    expect(new TransientError('Wait.', { scope: 'messenger', sessionLost: true })).toMatchObject({ scope: 'messenger', sessionLost: true });
  });
});

it('a PermanentError says that nobody is there any more', () => {
  expect(new PermanentError('Gone.', { recipientGone: true }).recipientGone).toBe(true);
});

it('an UnknownOutcomeError says that the session is lost', () => {
  expect(new UnknownOutcomeError('Broken.', { sessionLost: true }).sessionLost).toBe(true);
});

describe('errorKind', () => {
  it('reads errors of another copy of this package', async () => {
    vi.resetModules();
    const copy = await import('../src/errors.ts');
    const error = new copy.PermanentError('Refused.');
    expect(error).not.toBeInstanceOf(PermanentError);
    expect(errorKind(error)).toBe('permanent');
  });

  it('reads whatever has a kind, also what was sent from another process', () => {
    for (const kind of ['transient', 'permanent', 'address', 'configuration', 'unknown']) expect(errorKind({ kind })).toBe(kind);
  });

  it.each([
    undefined,
    null,
    'permanent',
    7,
    true,
    Symbol('permanent'),
    {},
    () => 'permanent',
    new Error('A bug.'),
    { kind: 'fatal' },
    { kind: ['permanent'] },
    { kind: new String('permanent') },
    { kind: 'toString' },
  ])('takes anything else for transient: %o', (thrown) => {
    expect(errorKind(thrown)).toBe('transient');
  });

  it('has one type for all', () => {
    expectTypeOf(errorKind(undefined)).toEqualTypeOf<ErrorKind>();
    expectTypeOf(new TransientError('Wait.').kind).toEqualTypeOf<'transient'>();
    expectTypeOf(new UnknownOutcomeError('Broken.').kind).toEqualTypeOf<'unknown'>();
  });
});
