import type { SiteContext } from '../context.ts';
import { ArgumentError, PermanentError } from '../errors.ts';
import { kindOf } from '../foreign.ts';
import { recipientOf } from '../recipient.ts';
import { suppress } from '../recipients/suppress.ts';
import { type DispatchDetails, type DispatchRecord, fanOutAlias, type Outcome } from '../storage/records.ts';
import type { SuppressionReason } from '../storage/suppressions.ts';
import { outcomes } from './filter.ts';

/** A dispatch: by its id, or by that of its provider. */
export type ReportedDispatch =
  | { readonly id: string; readonly messenger?: never; readonly providerId?: never; readonly address?: never }
  | {
      readonly id?: never;
      /** An alias. */
      readonly messenger: string;
      /** As the messenger returned it, and events tell it. */
      readonly providerId: string;
      /** As the messenger's `getAddress` returned it. For providers that count their ids anew for every address. Default: whatever it is. */
      readonly address?: string;
    };

/** What an outcome says of its address: that nothing more should be sent there. */
const suppressing: Readonly<Partial<Record<Outcome, SuppressionReason>>> = { bounced: 'gone', complained: 'complained' };

/** Whether there is such a dispatch. */
export async function reportOutcome(which: ReportedDispatch, outcome: Outcome, site: SiteContext): Promise<boolean> {
  checkWhich(which);
  if (!outcomes.includes(outcome))
    throw new ArgumentError(`\`outcome\` must be ${outcomes.join(', ')}, not ${kindOf(outcome)}.`, { field: 'outcome' });
  const found = await findReported(which, site);
  if (!found || found.messenger === fanOutAlias) return false;
  if (found.outcomes?.[outcome] !== undefined) return true;
  // Before it is noted: what was cut off in between is done when it is told again.
  const reason = suppressing[outcome];
  if (reason) await suppress(found, reason, site);
  const { storage, clock, events } = site;
  if (await storage.queue.report(found.id, outcome, await clock.now())) {
    const { id, messageId, type, attempt } = found;
    const dispatch = { id, messageId, type, ...recipientOf(found), attempt };
    events.emit({ type: 'reported', dispatch, outcome });
  }
  return true;
}

async function findReported(
  { id, ...filter }: ReportedDispatch,
  { storage }: SiteContext,
): Promise<DispatchDetails | DispatchRecord | undefined> {
  if (id !== undefined) return storage.queue.find(id);
  const { messenger, providerId, address } = filter as Exclude<ReportedDispatch, { id: string }>;
  const found: DispatchRecord[] = [];
  for await (const record of storage.queue.list({ messenger, providerId, ...(address !== undefined && { address }) })) {
    found.push(record);
    if (found.length > 1) {
      throw new PermanentError(
        'There are several dispatches with this `providerId`; give the `address` as well, or the `id` of the dispatch.',
        {
          code: 'provider_id_ambiguous',
        },
      );
    }
  }
  return found[0];
}

const names = ['id', 'messenger', 'providerId', 'address'];

function checkWhich(which: ReportedDispatch): void {
  if (typeof which !== 'object' || which === null) {
    throw new ArgumentError(`The dispatch must be { id } or { messenger, providerId }, not ${kindOf(which)}.`, { field: 'dispatch' });
  }
  for (const [name, value] of Object.entries(which)) {
    if (!names.includes(name))
      throw new ArgumentError(`\`${name}\` does not name a dispatch. Fields: ${names.join(', ')}.`, { field: name });
    if (typeof value !== 'string')
      throw new ArgumentError(`\`${name}\` of the dispatch must be a string, not ${kindOf(value)}.`, { field: name });
  }
  const { id, messenger, providerId, address } = which;
  const isById = id !== undefined && messenger === undefined && providerId === undefined && address === undefined;
  const isByProvider = id === undefined && messenger !== undefined && providerId !== undefined;
  if (!isById && !isByProvider)
    throw new ArgumentError('The dispatch must be either { id }, or { messenger, providerId }, with { address } or without.', {
      field: 'dispatch',
    });
}
