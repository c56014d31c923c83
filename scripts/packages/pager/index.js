import { AddressError, defineMessenger, PermanentError, registerMessenger } from '@sitemessage/core';

export const refusal = new PermanentError('there is nobody');

const pager = defineMessenger({
  alias: 'pager',
  package: '@example/messenger-pager',
  title: 'Pager',
  getAddress(address) {
    if (address === '') throw new AddressError('the address must not be empty');
    return address;
  },
  create: () => ({
    async send({ address }) {
      if (address === 'nobody') throw refusal;
    },
  }),
});

registerMessenger(pager);
