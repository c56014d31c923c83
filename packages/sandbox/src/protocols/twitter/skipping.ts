import { inspect } from 'node:util';
import type { HttpFault, HttpFaults } from '../../http/faults.ts';

/** A fault, and how many requests that it would meet pass first. */
export type SkippingFault = HttpFault & {
  /** Default 0. */
  readonly skip?: number;
};

/**
 * Returns what lifts it.
 *
 * @throws TypeError for one that cannot strike as it says.
 */
export function addSkipping(faults: HttpFaults, { skip = 0, ...fault }: SkippingFault): () => void {
  if (!Number.isInteger(skip) || skip < 0)
    throw new TypeError(`\`skip\` of the fault is ${inspect(skip)}; it must be an integer of at least 0.`);
  const { at, method } = fault;
  // The first that fits strikes: this one, as long as it lasts, lets a request go on.
  const pass = { delayMs: 0, times: skip, ...(at !== undefined && { at }), ...(method !== undefined && { method }) };
  const lifts = [...(skip > 0 ? [faults.add(pass)] : []), faults.add(fault as HttpFault)];
  return () => {
    for (const lift of lifts) lift();
  };
}
