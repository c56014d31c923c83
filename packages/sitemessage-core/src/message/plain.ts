import { fields, text } from './fields.ts';
import { defineMessageType, type MessageType } from './message-type.ts';

/** The built-in type of a bare text, for every messenger. Nobody can subscribe to it: it says nothing of what would come. `scheduleMessages('Hi there!', ...)` is short for it. */
export const plain: MessageType<{ text: string }> = defineMessageType({
  alias: 'plain',
  title: 'Text',
  allowUserSubscription: false,
  context: fields<{ text: string }>({ text }),
  render: { default: ({ text }) => ({ text }) },
});
