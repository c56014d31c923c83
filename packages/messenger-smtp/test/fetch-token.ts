/** A process that fetches a token and prints it. */
import { fetchToken } from '../src/token.ts';

const [accessUrl = ''] = process.argv.slice(2);
const { accessToken } = await fetchToken({ clientId: 'shop', clientSecret: 'client-secret', refreshToken: 'refresh-token', accessUrl });
process.stdout.write(accessToken);
