import { ArgumentError } from '../errors.ts';
import { readField } from '../foreign.ts';
import { check, checkOptions } from '../validate.ts';
import { type AnyMessageType, defineMessageType, type MessageType, type MessageTypeOptions, optionChecks } from './message-type.ts';

/** What another site may do in its own way. What it is called by, and what its context is, belongs to whoever schedules it. */
export type MessageTypeChanges<Output> = Partial<Omit<MessageTypeOptions<Output>, 'alias'>>;

/** The values are checked by `defineMessageType`. `alias` and `context` belong to the application that schedules. */
const { alias: _alias, context: _context, ...changeable } = optionChecks;
const changeChecks = Object.fromEntries(Object.keys(changeable).map((name) => [name, check.anything]));

/**
 * A message type of somebody else's, in this site's own words: register it, before or after the one that it is made from, and what is scheduled as
 * the one is sent as the other. Of `render`, only what is named is replaced.
 *
 * Not for a kind of message of your own that looks alike: define one, and both are there.
 *
 * @throws TypeError for what is no message type, and for a change that cannot be made.
 * @throws ConfigurationError for one that is not what it should be; it names the field.
 */
export function overrideMessageType<Input, Output>(
  overridden: MessageType<Input, Output>,
  changes: MessageTypeChanges<NoInfer<Output>>,
): MessageType<Input, Output> {
  if (typeof readField(overridden, 'alias') !== 'string' || typeof readField(overridden, 'render') !== 'object') {
    throw new ArgumentError('`type` must be a message type, as defineMessageType({ ... }) makes it.', { field: 'type' });
  }
  checkOptions(changes, changeChecks, { of: 'overrideMessageType' });
  const { render: changed, ...given } = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const { alias, title, context, messengers, allowUserSubscription, priority, retryLimit, onUnknown, render } = overridden;
  const kept = { title, ...(messengers && { messengers }), allowUserSubscription, priority, retryLimit, onUnknown };
  // What is no object of functions is refused below, as it is.
  const merged = changed === undefined || isRecord(changed) ? { ...render, ...changed } : changed;
  const options = { ...kept, ...given, alias, render: merged };
  const type: unknown = defineMessageType({ ...options, ...(context && { context }) } as never);
  return Object.assign(type as MessageType<Input, Output>, { overrides: overridden });
}

const isRecord = (given: unknown): given is object => typeof given === 'object' && given !== null && !Array.isArray(given);

/** Whether `type` was made from `other`, be it in several steps. */
export function doesOverride(type: AnyMessageType, other: AnyMessageType): boolean {
  for (let made = type.overrides; made; made = made.overrides) if (made === other) return true;
  return false;
}
