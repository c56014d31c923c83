import { defineMessageType } from '@sitemessage/core';

/** A type whose messages are never repeated. The test and its workers both need it. */
export const ticket = defineMessageType({
  alias: 'ticket',
  title: 'Ticket',
  onUnknown: 'hold',
  render: { default: () => ({ text: 'Yours' }) },
});
