import { Connection } from 'pg';
import { ignoreErrors, type Sockets, trackSockets } from './connections.ts';

/** The low-level connection of `pg`. Its published types leave out most of it. */
interface Wire extends Connection, TlsOptions {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: unknown): void;
}

interface TlsOptions {
  readonly ssl: unknown;
  readonly sslNegotiation: 'postgres' | 'direct';
}

/** A connected client of `pg`, as far as this module uses it. */
interface ConnectedClient {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: unknown;
  readonly connection: Wire;
}

const WireOf = Connection as unknown as new (options: TlsOptions & Sockets['options']) => Wire;

/**
 * Asks the server to stop the statement that this client waits for: it would go on and hold its locks.
 * Resolves when the server has closed the request, or after 2 s. The client must stay connected until then,
 * or a pooler forgets it. `pg_cancel_backend` does not work behind a pooler, which makes up process ids.
 * Protocol: https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export async function requestCancel(client: object): Promise<void> {
  // A pool of the host may give connections that are not clients of `pg`.
  if (!isConnectedClient(client)) return;
  const { host, port, processID, secretKey, connection } = client;
  const { ssl, sslNegotiation } = connection;
  const sockets = trackSockets();
  const wire = new WireOf({ ssl, sslNegotiation, ...sockets.options });
  ignoreErrors(wire);
  const ended = new Promise((resolve) => wire.once('end', resolve));
  if (ssl && sslNegotiation !== 'direct') wire.once('connect', () => wire.requestSsl());
  wire.once(ssl ? 'sslconnect' : 'connect', () => wire.cancel(processID, secretKey));
  if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
  else wire.connect(port, host);
  await sockets.closed(ended);
}

function isConnectedClient(client: object): client is ConnectedClient {
  const { processID, secretKey, connection } = client as Partial<ConnectedClient>;
  return typeof processID === 'number' && secretKey !== null && secretKey !== undefined && typeof connection === 'object';
}
