import { ArgumentError } from '../errors.ts';
import { readField } from '../foreign.ts';
import { check, checkOptions } from '../validate.ts';
import { type AnyMessageType, defineMessageType, type MessageType, type MessageTypeOptions, optionChecks } from './message-type.ts';

/**
 * The options that an override may change. The alias and the context belong to the application that
 * schedules.
 */
export type MessageTypeChanges<Output> = Partial<Omit<MessageTypeOptions<Output>, 'alias'>>;

// `defineMessageType` checks the values. Here only the names are checked.
const { alias: _alias, context: _context, ...changeable } = optionChecks;
const changeChecks = Object.fromEntries(Object.keys(changeable).map((name) => [name, check.anything]));

/**
 * Makes a changed version of another package's message type, for this site. Register it before or after the
 * original: messages that are scheduled as the original are sent with the changes. `render` replaces only
 * the functions that it names. For a new kind of message that looks alike, use `defineMessageType`.
 *
 * @throws ArgumentError when `type` is no message type, for an option that cannot change, and for a wrong
 * value. It names the field.
 */
export function overrideMessageType<Input, Output>(
  type: MessageType<Input, Output>,
  changes: MessageTypeChanges<NoInfer<Output>>,
): MessageType<Input, Output> {
  if (typeof readField(type, 'alias') !== 'string' || typeof readField(type, 'render') !== 'object') {
    throw new ArgumentError('`type` must be a message type, as defineMessageType({ ... }) makes it.', { field: 'type' });
  }
  checkOptions(changes, changeChecks, { of: 'overrideMessageType' });
  const { render: changed, ...given } = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const { alias, title, context, messengers, allowUserSubscription, priority, retryLimit, onUnknown, render } = type;
  const kept = { title, ...(messengers && { messengers }), allowUserSubscription, priority, retryLimit, onUnknown };
  // `defineMessageType` refuses a value that is no object of functions.
  const merged = changed === undefined || isRecord(changed) ? { ...render, ...changed } : changed;
  const options = { ...kept, ...given, alias, render: merged };
  const changedType: unknown = defineMessageType({ ...options, ...(context && { context }) } as never);
  return Object.assign(changedType as MessageType<Input, Output>, { overrides: type });
}

const isRecord = (given: unknown): given is object => typeof given === 'object' && given !== null && !Array.isArray(given);

/** Returns true when `type` was made from `other`, also in several steps. */
export function doesOverride(type: AnyMessageType, other: AnyMessageType): boolean {
  for (let made = type.overrides; made; made = made.overrides) if (made === other) return true;
  return false;
}
