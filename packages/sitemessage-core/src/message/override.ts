import { checkOptions } from '../options.ts';
import { type AnyMessageType, defineMessageType, type MessageType, type MessageTypeOptions } from './message-type.ts';

/** What another site may do in its own way. What it is called by, and what its context is, belongs to whoever schedules it. */
export type MessageTypeChanges<Output> = Partial<Omit<MessageTypeOptions<Output>, 'alias'>>;

const changeable: readonly (keyof MessageTypeChanges<never>)[] = [
  'title',
  'messengers',
  'allowUserSubscription',
  'priority',
  'retryLimit',
  'onUnknown',
  'render',
];

/**
 * A message type of somebody else's, in this site's own words: register it, before or after the one that it is made from, and what is scheduled as
 * the one is sent as the other. Of `render`, only what is named is replaced.
 *
 * Not for a kind of message of your own that looks alike: define one, and both are there.
 *
 * @throws TypeError for a change that cannot be made.
 * @throws ConfigurationError for one that is not what it should be; it names the field.
 */
export function overrideMessageType<Input, Output>(
  overridden: MessageType<Input, Output>,
  changes: MessageTypeChanges<NoInfer<Output>>,
): MessageType<Input, Output> {
  checkOptions(changes, changeable);
  const { alias, title, context, messengers, allowUserSubscription, priority, retryLimit, onUnknown, render } = overridden;
  const kept = { title, ...(messengers && { messengers }), allowUserSubscription, priority, retryLimit, onUnknown };
  const options = { ...kept, ...changes, alias, render: { ...render, ...changes.render } };
  const type: unknown = defineMessageType({ ...options, ...(context && { context }) } as never);
  return Object.assign(type as MessageType<Input, Output>, { overrides: overridden });
}

/** Whether `type` was made from `other`, be it in several steps. */
export function doesOverride(type: AnyMessageType, other: AnyMessageType): boolean {
  for (let made = type.overrides; made; made = made.overrides) if (made === other) return true;
  return false;
}
