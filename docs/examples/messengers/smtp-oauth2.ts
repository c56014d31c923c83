import { smtp } from '@sitemessage/messenger-smtp';

export const mail = smtp({
  host: 'smtp.example.com',
  user: 'shop@example.com',
  from: 'shop@example.com',
  oauth2: {
    clientId: process.env.MAIL_CLIENT_ID ?? '',
    clientSecret: process.env.MAIL_CLIENT_SECRET ?? '',
    refreshToken: process.env.MAIL_REFRESH_TOKEN ?? '',
    accessUrl: 'https://login.example.com/oauth2/token',
  },
});
