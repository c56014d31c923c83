import { Connection } from 'pg';
import { hear } from './heard.ts';
import { createLines, type Lines } from './lines.ts';

/** How a client of `pg` talks to its server. Its types leave most of it out. */
interface Wire extends Connection, TlsOptions {
  connect(port: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: unknown): void;
}

interface TlsOptions {
  readonly ssl: unknown;
  readonly sslNegotiation: 'postgres' | 'direct';
}

/** What is used of a client of `pg` that is connected. */
interface Connected {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: unknown;
  readonly connection: Wire;
}

const WireOf = Connection as unknown as new (options: TlsOptions & Lines['options']) => Wire;

/**
 * Asks the server to stop the statement that this client of `pg` waits for: it would go on, and hold its locks. Resolves when the server
 * has heard, or after 2 s. By a connection of its own (https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS),
 * and not by `pg_cancel_backend`: what a pooler tells a client is no number of a process of the server. The client has to be
 * connected until then, or a pooler does not know it any more. Does nothing for what is no client of `pg`.
 */
export async function requestCancel(client: object): Promise<void> {
  if (!isConnected(client)) return;
  const { host, port, processID, secretKey, connection } = client;
  const { ssl, sslNegotiation } = connection;
  const lines = createLines();
  const wire = new WireOf({ ssl, sslNegotiation, ...lines.options });
  hear(wire);
  const ended = new Promise((resolve) => wire.once('end', resolve));
  if (ssl && sslNegotiation !== 'direct') wire.once('connect', () => wire.requestSsl());
  wire.once(ssl ? 'sslconnect' : 'connect', () => wire.cancel(processID, secretKey));
  if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`);
  else wire.connect(port, host);
  await lines.ended(ended);
}

function isConnected(client: object): client is Connected {
  const { processID, secretKey, connection } = client as Partial<Connected>;
  return typeof processID === 'number' && secretKey !== null && secretKey !== undefined && typeof connection === 'object';
}
