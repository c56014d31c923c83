import type { XmppFault, XmppStage } from './faults.ts';

const outcomes = ['error', 'sasl', 'iterations', 'signature', 'stream', 'drop', 'silent', 'delayMs'] as const;
type Outcome = (typeof outcomes)[number];

const anywhere: readonly Outcome[] = ['stream', 'drop', 'silent', 'delayMs'];
const outcomesAt: Readonly<Record<XmppStage, readonly Outcome[]>> = {
  connect: anywhere,
  challenge: ['iterations', ...anywhere],
  auth: ['sasl', 'signature', ...anywhere],
  bind: ['error', ...anywhere],
  join: ['error', ...anywhere],
  message: ['error', ...anywhere],
  taken: ['error', ...anywhere],
  answer: anywhere,
};
const addressed: readonly XmppStage[] = ['join', 'message', 'taken'];
const types: readonly unknown[] = ['auth', 'cancel', 'continue', 'modify', 'wait'];
const condition = /^[a-z]+(-[a-z]+)*$/;
/** What a timer can count; a longer one would go off at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * A fault that is misspelt would never strike, and its test would pass.
 *
 * @throws TypeError that names the field.
 */
export function checkFault(fault: XmppFault): void {
  const { at, to, times, chance } = fault;
  if (!Object.hasOwn(outcomesAt, at)) throw wrong(`\`at\` must be one of ${Object.keys(outcomesAt).join(', ')}`);
  if (to !== undefined && typeof to !== 'string' && typeof to !== 'function') throw wrong('`to` must be an address or a function');
  if (to !== undefined && !addressed.includes(at)) throw wrong(`\`to\` says nothing at ${at}, where nobody is addressed; leave it out`);
  checkOutcome(fault);
  if (times !== undefined && times !== Number.POSITIVE_INFINITY && !(Number.isInteger(times) && times >= 1)) {
    throw wrong('`times` must be an integer of at least 1, or Infinity');
  }
  if (chance !== undefined && !(typeof chance === 'number' && chance >= 0 && chance <= 1))
    throw wrong('`chance` must be a number from 0 to 1');
}

function checkOutcome(fault: XmppFault): void {
  const given = outcomes.filter((name) => fault[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1) {
    const found = given.length === 0 ? 'there is none' : `there are ${given.map((one) => `\`${one}\``).join(' and ')}`;
    throw wrong(`it takes one of ${outcomes.map((one) => `\`${one}\``).join(', ')}; ${found}`);
  }
  if (!outcomesAt[fault.at].includes(name)) throw wrong(`\`${name}\` cannot happen at ${fault.at}`);
  const { error, sasl, iterations, signature, stream, drop, silent, delayMs, text } = fault;
  if (error !== undefined && !(types.includes(error.type) && condition.test(error.condition))) {
    throw wrong("`error` must look like { type: 'cancel', condition: 'item-not-found' }");
  }
  for (const [field, value] of Object.entries({ sasl, stream })) {
    if (value !== undefined && !condition.test(value)) throw wrong(`\`${field}\` must be a condition, such as not-authorized`);
  }
  if (iterations !== undefined && !(Number.isInteger(iterations) && iterations >= 1)) {
    throw wrong('`iterations` must be an integer of at least 1');
  }
  if (signature !== undefined && typeof signature !== 'string') throw wrong('`signature` must be what stands behind v=, or empty');
  if (text !== undefined && sasl === undefined && stream === undefined) throw wrong('`text` goes with `sasl` and `stream` alone');
  for (const [field, value] of Object.entries({ drop, silent })) {
    if (value !== undefined && value !== true) throw wrong(`\`${field}\` must be true, or left out`);
  }
  if (delayMs !== undefined && !(Number.isInteger(delayMs) && delayMs >= 0 && delayMs <= longestDelayMs)) {
    throw wrong(`\`delayMs\` must be whole milliseconds, from 0 to ${longestDelayMs}`);
  }
}

const wrong = (problem: string): TypeError => new TypeError(`A fault: ${problem}.`);
