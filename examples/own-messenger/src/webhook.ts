import {
  AddressError,
  type CommonOptions,
  ConfigurationError,
  defineMessenger,
  PermanentError,
  registerMessenger,
  TransientError,
  UnknownOutcomeError,
} from '@sitemessage/core';

export interface WebhookOptions {
  /** The token that receivers check. */
  readonly token: string;
}

export const webhook = defineMessenger({
  alias: 'webhook',
  package: '@sitemessage/example-own-messenger',
  title: 'Webhook',
  getAddress(given: string) {
    const url =
      typeof given === 'string' && /^https?:[!-~]+$/.test(given)
        ? URL.parse(given)
        : null;
    if (url && url.username + url.password === '') return url.href;
    throw new AddressError(
      'the address must be an http or https URL without user and password.',
    );
  },
  create: ({ token }: WebhookOptions) => ({
    async send({ id, address, content }, { signal }) {
      if (content.text === '')
        throw new PermanentError('there is no text to send');
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': id,
      };
      const request = {
        method: 'POST',
        headers,
        body: JSON.stringify(content),
        redirect: 'manual',
        signal,
      } as const;
      const { status } = await fetch(address, request).catch((error) => {
        if (error.cause?.code === 'ECONNREFUSED')
          throw new TransientError('nothing listens at the address');
        throw new UnknownOutcomeError('the connection broke before the reply');
      });
      if (status < 300) return { providerId: id };
      if (status === 401)
        throw new ConfigurationError('the `token` was refused');
      if (status === 429)
        throw new TransientError('too many requests', { scope: 'messenger' });
      if (status >= 500)
        throw new TransientError(`the server answered ${status}`);
      throw new PermanentError(`the server answered ${status}`, {
        recipientGone: status === 410,
      });
    },
  }),
});

registerMessenger(webhook);

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    webhook: { address: string; options: WebhookOptions & CommonOptions };
  }
}
