import type { Sandbox } from '@sitemessage/sandbox';

export function refuseBob(sandbox: Sandbox<readonly ['smtp']>): void {
  // #region refusal
  sandbox.smtp.fail({
    at: 'rcpt',
    reply: '550 5.1.1 No such user',
    to: 'bob@example.org',
  });
  // #endregion refusal
}
