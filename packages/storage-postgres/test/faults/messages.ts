import { defineMessageType } from '@sitemessage/core';

/** Nothing of this type is ever repeated. */
export const ticket = defineMessageType({
  alias: 'ticket',
  title: 'Ticket',
  onUnknown: 'hold',
  render: { default: () => ({ text: 'Yours' }) },
});
