import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEvents, type SitemessageEvent } from '../src/events.ts';

const event: SitemessageEvent = { type: 'resumed', messenger: 'smtp' };

describe('events', () => {
  it('reach all listeners in order, at once', () => {
    const events = createEvents();
    const heard: unknown[] = [];
    events.on((given) => heard.push('first', given));
    events.on((given) => heard.push('second', given));
    events.emit(event);
    expect(heard).toEqual(['first', event, 'second', event]);
  });

  it('reach nobody who does not listen any more', () => {
    const events = createEvents();
    const heard: string[] = [];
    const off = events.on(() => heard.push('first'));
    events.on(() => heard.push('second'));
    off();
    off();
    events.emit(event);
    expect(heard).toEqual(['second']);
  });
});

describe('a listener that throws', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  beforeEach(() => void warn.mockReset().mockReturnValue(undefined));
  afterAll(() => warn.mockRestore());

  it.each([
    ['an error', new Error('a bug'), 'a bug'],
    ['a string', 'a bug', "'a bug'"],
    ['what cannot be written as a string', Object.create(null), '[Object: null prototype] {}'],
  ])('%s becomes a warning, and the others are called', async (_, thrown, reason) => {
    const events = createEvents();
    const heard: string[] = [];
    events.on(() => {
      throw thrown;
    });
    events.on(() => heard.push('second'));
    events.emit(event);
    expect(heard).toEqual(['second']);
    expect(warn).toHaveBeenCalledExactlyOnceWith(`An event listener threw on "resumed": ${reason}`, 'SitemessageWarning');
  });

  it('later, because it is asynchronous, does not end the process either', async () => {
    const events = createEvents();
    const warned = new Promise<unknown>((resolve) => warn.mockImplementationOnce(resolve as typeof process.emitWarning));
    events.on(async () => {
      throw new Error('a bug');
    });
    events.emit(event);
    expect(await warned).toBe('An event listener threw on "resumed": a bug');
  });
});
