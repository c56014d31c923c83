import type { Sitemessage } from '@sitemessage/core';
import { format, isPlain, label, paint, print, reprint, width } from './terminal.ts';

export interface Progress {
  /** Stops following. The last state stays on the screen. */
  stop(): void;
}

const results: readonly string[] = ['sent', 'error', 'failed', 'skipped'];

/** Shows the progress of sending: a bar in a terminal, a few lines elsewhere. */
export async function startProgress(site: Pick<Sitemessage, 'list' | 'onEvent'>): Promise<Progress> {
  const total = await countDue(site);
  if (total === 0) {
    print(label('Sending', 'nothing: nothing is due'));
    return { stop() {} };
  }
  const draw = isPlain ? lines(total) : bar(total);
  let done = 0;
  const off = site.onEvent(({ type }) => {
    if (results.includes(type)) draw(++done);
  });
  return {
    stop() {
      off();
      draw(done, true);
    },
  };
}

async function countDue(site: Pick<Sitemessage, 'list'>): Promise<number> {
  const now = Date.now();
  let due = 0;
  for await (const { dueAt } of site.list()) if (dueAt !== undefined && dueAt <= now) due += 1;
  return due;
}

type Draw = (done: number, isLast?: boolean) => void;

const redrawMs = 40;

function bar(total: number): Draw {
  const startedAt = performance.now();
  let drawnAt = 0;
  return (done, isLast = false) => {
    const now = performance.now();
    if (!isLast && now - drawnAt < redrawMs) return;
    drawnAt = now;
    const count = `${format(done)} of ${format(total)}   ${((now - startedAt) / 1_000).toFixed(1)} s`;
    const room = Math.max(0, width - label('Sending', '').length - count.length - 3);
    const full = Math.round((room * done) / total);
    reprint(label('Sending', `${paint('green', '━'.repeat(full))}${paint('dim', '─'.repeat(room - full))}   ${count}`));
    if (isLast) print('');
  };
}

function lines(total: number): Draw {
  const step = Math.ceil(total / 4);
  return (done, isLast = false) => {
    if (!isLast && (done % step === 0 || done === total)) print(label('Sending', `${format(done)} of ${format(total)}`));
  };
}
