import { defineMessenger } from '@sitemessage/core';

export const bird = defineMessenger({
  alias: 'bird',
  package: 'example',
  title: 'Carrier pigeon',
  getAddress: (address: string) => address,
  create: () => ({ send: async () => undefined }),
});
