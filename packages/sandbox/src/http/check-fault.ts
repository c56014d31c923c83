import { inspect } from 'node:util';
import type { HttpFault } from './faults.ts';

const outcomes = ['reply', 'drop', 'silent', 'delayMs'] as const;
const stages: readonly unknown[] = [undefined, 'head', 'request', 'taken'];
/** Of a timer. */
const longestDelayMs = 2 ** 31 - 1;
const fields: readonly string[] = [...outcomes, 'at', 'method', 'times', 'chance'];

/** @throws TypeError that names the field of a fault that could never strike, or not as it says. */
export function checkHttpFault(fault: HttpFault): void {
  const stranger = Object.keys(fault).find((name) => !fields.includes(name));
  if (stranger !== undefined) throw wrong(stranger, fault[stranger as keyof HttpFault], `no field of a fault; it has ${fields.join(', ')}`);
  const given = outcomes.filter((name) => fault[name] !== undefined);
  if (given.length !== 1)
    throw new TypeError(`A fault has one of ${outcomes.join(', ')}, not ${given.length === 0 ? 'none' : given.join(' and ')}.`);
  const { at, method, times = 1, chance = 1, reply, drop, silent, delayMs = 0 } = fault;
  for (const [name, value] of Object.entries({ drop, silent })) if (value !== undefined && value !== true) throw wrong(name, value, 'true');
  if (method !== undefined && (typeof method !== 'string' || method === ''))
    throw wrong('method', method, "the name of one of the API's methods");
  if (!stages.includes(at)) throw wrong('at', at, "'head', 'request' or 'taken'");
  if (!(times === Number.POSITIVE_INFINITY || Number.isInteger(times)) || times < 1)
    throw wrong('times', times, 'an integer of at least 1, or Infinity');
  if (!(chance >= 0 && chance <= 1)) throw wrong('chance', chance, 'a number from 0 to 1');
  if (typeof delayMs !== 'number' || !(delayMs >= 0 && delayMs <= longestDelayMs))
    throw wrong('delayMs', delayMs, `a number of milliseconds up to ${longestDelayMs}`);
  if (reply === undefined) return;
  if (typeof reply !== 'object' || reply === null) throw wrong('reply', reply, 'an object: { status, headers?, body? }');
  if (!Number.isInteger(reply.status) || reply.status < 200 || reply.status > 599)
    throw wrong('reply.status', reply.status, 'a status from 200 to 599');
}

const wrong = (name: string, value: unknown, problem: string): TypeError =>
  new TypeError(`\`${name}\` of the fault is ${inspect(value)}; it must be ${problem}.`);
