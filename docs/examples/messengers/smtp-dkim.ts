import { readFileSync } from 'node:fs';
import { smtp } from '@sitemessage/messenger-smtp';

export const mail = smtp({
  url: process.env.SMTP_URL ?? 'smtp://localhost:587',
  from: 'shop@example.com',
  dkim: {
    domainName: 'example.com',
    keySelector: 'mail2026',
    privateKey: readFileSync('mail2026.private', 'utf8'),
  },
});
