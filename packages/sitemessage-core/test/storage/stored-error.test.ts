import { describe, expect, it } from 'vitest';
import { PermanentError, TransientError } from '../../src/index.ts';
import { storedError } from '../../src/storage/stored-error.ts';

describe('what is stored of an error', () => {
  it.each([
    [
      'an error of ours',
      new PermanentError('refused', { code: 'no_such_user' }),
      { kind: 'permanent', code: 'no_such_user', message: 'refused' },
    ],
    ['any other error', new TypeError('a bug'), { kind: 'transient', code: 'transient', message: 'a bug' }],
    [
      'an error of Node',
      Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
      { kind: 'transient', code: 'ECONNRESET', message: 'reset' },
    ],
    ['a code that is no text', Object.assign(new Error('no'), { code: 550 }), { kind: 'transient', code: 'transient', message: 'no' }],
    ['an empty code', { kind: 'unknown', code: '', message: 'line lost' }, { kind: 'unknown', code: 'unknown', message: 'line lost' }],
    ['an error from another process', { kind: 'address', code: 'gone', message: 'no' }, { kind: 'address', code: 'gone', message: 'no' }],
    ['a text', 'no', { kind: 'transient', code: 'transient', message: "'no'" }],
    ['undefined', undefined, { kind: 'transient', code: 'transient', message: 'undefined' }],
    ['null', null, { kind: 'transient', code: 'transient', message: 'null' }],
    [
      'what cannot be read',
      {
        get kind() {
          throw new Error('not now');
        },
        [Symbol.for('nodejs.util.inspect.custom')]() {
          throw new Error('not now');
        },
      },
      { kind: 'transient', code: 'transient', message: 'something that cannot be shown' },
    ],
    ['an object without a message', { status: 500 }, { kind: 'transient', code: 'transient', message: '{ status: 500 }' }],
  ])('is its kind, code and message: %s', (_, thrown, wanted) => {
    expect(storedError(thrown)).toEqual(wanted);
  });

  it('has neither a NUL nor half of a surrogate pair, also where it is cut', () => {
    const error = new TransientError(`a\0b\ud800c${'x'.repeat(1_994)}👍`, { code: 'd\0e\udc00' });
    expect(storedError(error)).toEqual({ kind: 'transient', code: 'de\ufffd', message: `ab\ufffdc${'x'.repeat(1_994)}\ufffd` });
  });

  it('is at most 2,000 characters each', () => {
    const { code, message } = storedError(new TransientError('x'.repeat(5_000), { code: 'y'.repeat(5_000) }));
    expect([code.length, message.length]).toEqual([2_000, 2_000]);
  });

  it('has nothing else of it: no stack, no cause, no property', () => {
    const error = Object.assign(new Error('no', { cause: new Error('hunter2') }), { options: { password: 'hunter2' } });
    expect(JSON.stringify(storedError(error))).not.toContain('hunter2');
  });
});
