import type { DispatchStatus, Scheduled, SendReport, Sitemessage, SkipReason } from '@sitemessage/core';
import wrapAnsi from 'wrap-ansi';
import type { MailServer } from './mail-server.ts';
import { format, label, paint, print, table, width } from './terminal.ts';

type Site = Pick<Sitemessage, 'counts' | 'find' | 'list'>;

export function showServer({ title, people }: MailServer): void {
  print('', paint('bold', `Paperboat writes to ${format(people.length)} people`), '', label('Server', title));
}

export function showScheduled(scheduled: readonly Scheduled[]): void {
  const mails = scheduled.reduce((sum, { dispatches }) => sum + dispatches, 0);
  print(label('Scheduled', mails === 0 ? 'nothing: an earlier run did, under the same key' : `${format(mails)} mails`));
}

/** Prints the results of this run and of earlier ones, from the storage. */
export async function showReport(site: Site, { paused }: SendReport): Promise<void> {
  await showCounts(site);
  await showTroubles(site, 'error', 'Will be tried again');
  await showTroubles(site, 'failed', 'Failed for good');
  await showTroubles(site, 'skipped', 'Not sent');
  for (const [messenger, error] of Object.entries(paused)) print('', paint('bold', `${messenger} cannot work`), error.message);
}

const waiting: readonly DispatchStatus[] = ['pending', 'processing', 'error'];

async function showCounts(site: Site): Promise<void> {
  const counts = await site.counts({ since: 0 });
  const types = [...new Set(counts.map(({ type }) => type))];
  const rows = types.map((type) => {
    const count = (...statuses: readonly DispatchStatus[]): number =>
      counts.filter((one) => one.type === type && statuses.includes(one.status)).reduce((sum, one) => sum + one.count, 0);
    return [type, count('sent'), count(...waiting), count('failed'), count('skipped')];
  });
  const [head, ...lines] = table([['Message type', 'Sent', 'Later', 'Failed', 'Not sent'], ...rows]);
  print('', paint('bold', head as string), ...lines);
}

interface Trouble {
  readonly address: string;
  readonly reason: string;
  readonly dueAt: number | undefined;
}

/** Prints addresses grouped by the server's answer. One answer often applies to many addresses. */
async function showTroubles(site: Site, status: 'error' | 'failed' | 'skipped', title: string): Promise<void> {
  const troubles: Trouble[] = [];
  for await (const { id, address, dueAt, reason: skipped } of site.list({ status })) {
    const reason = (await site.find(id))?.errors.at(-1)?.message ?? skipReasons[skipped ?? 'cancelled'];
    troubles.push({ address, reason, dueAt });
  }
  for (const [reason, group] of Map.groupBy(troubles, (trouble) => trouble.reason)) {
    print('', paint('bold', title), ...wrapAnsi(reason, width).split('\n'));
    const rows = [...Map.groupBy(group, ({ address }) => address)].map(([address, dispatches]) => [
      `- ${address}`,
      dispatches.length === 1 ? '1 mail' : `${dispatches.length} mails`,
      ...(dispatches[0]?.dueAt === undefined ? [] : [`at ${time(dispatches[0].dueAt)}`]),
    ]);
    print(...table(rows));
  }
}

const skipReasons: Readonly<Record<SkipReason, string>> = {
  suppressed: 'An earlier mail came back: nobody is there',
  unsubscribed: 'They have unsubscribed',
  inactive: 'They are not active',
  expired: 'It was too late',
  cancelled: 'It was cancelled',
};

const time = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');
