import { fields, text } from './fields.ts';
import { defineMessageType, type MessageType } from './message-type.ts';

/**
 * The built-in message type `plain`: a text, for every messenger. `scheduleMessages('Hi there!', ...)` is
 * short for it. Users cannot subscribe to it, because its name does not say what they would get.
 */
export const plain: MessageType<{ text: string }> = defineMessageType({
  alias: 'plain',
  title: 'Text',
  allowUserSubscription: false,
  context: fields<{ text: string }>({ text }),
  render: { default: ({ text }) => ({ text }) },
});
