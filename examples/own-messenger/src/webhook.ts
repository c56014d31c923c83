import {
  AddressError,
  ConfigurationError,
  defineMessenger,
  PermanentError,
  registerMessenger,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';

export const webhook = defineMessenger({
  alias: 'webhook',
  package: '@sitemessage/example-own-messenger',
  title: 'Webhook',
  getAddress(url: string) {
    if (typeof url === 'string' && /^https?:[!-~]+$/.test(url) && URL.canParse(url)) return new URL(url).href;
    throw new AddressError('the address must be an http or https URL.');
  },
  create: ({ token }: { readonly token: string }) => ({
    async send({ id, address, content }, { signal }) {
      if (content.text === '') throw new PermanentError('there is no text to send');
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': id };
      const { status } = await fetch(address, { method: 'POST', headers, body: JSON.stringify(content), signal }).catch((error) => {
        if (error.cause?.code === 'ECONNREFUSED') throw new TransientError('nobody listens at the address');
        throw new UnknownOutcomeError('the connection broke before the reply');
      });
      if (status < 300) return { providerId: id };
      if (status === 401) throw new ConfigurationError('the `token` was refused');
      if (status === 429) throw new TransientError('too many requests', { scope: 'messenger' });
      if (status >= 500) throw new TransientError(`the server answered ${status}`);
      throw new PermanentError(`the server answered ${status}`, { recipientGone: status === 410 });
    },
  }),
});

registerMessenger(webhook);

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    webhook: { address: string; options: { readonly token: string } };
  }
}
