import { createHmac } from 'node:crypto';

/** HMAC-SHA-256 of the token by the app's secret, in hex: https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof. */
export const appSecretProof = (token: string, appSecret: string): string => createHmac('sha256', appSecret).update(token).digest('hex');
