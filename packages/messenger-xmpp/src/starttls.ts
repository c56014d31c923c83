import type { Socket } from 'node:net';
import { type Element, xml } from '@xmpp/client';
import { coded } from './coded.ts';
import { ns } from './namespaces.ts';
import { streamFault } from './stream-fault.ts';

/**
 * Asks the server to encrypt (RFC 6120, 5): all that is ever said in clear. Whatever it says in clear after its consent is dropped.
 *
 * @throws Error with the code `ENOTLS` when it does not.
 */
export async function startTls(socket: Socket, domain: string): Promise<void> {
  const parser = new xml.Parser();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const meet = (element: Element): void => {
    if (element.is('features', ns.streams)) {
      if (element.getChild('starttls', ns.tls)) socket.write(xml('starttls', { xmlns: ns.tls }).toString());
      else reject(coded('ENOTLS', 'the server does not offer STARTTLS'));
    } else if (element.is('proceed', ns.tls)) resolve();
    else reject(streamFault(element) ?? coded('ENOTLS', `the server answered <${element.name}> to STARTTLS`));
  };
  const read = (data: Buffer): void => {
    try {
      parser.write(data.toString());
    } catch (error) {
      reject(error as Error);
    }
  };
  const closed = (): void => reject(new Error('the connection was closed before it was encrypted'));
  parser.on('element', meet).on('error', reject).on('end', closed);
  socket.on('data', read).on('error', reject).on('close', closed);
  const header = xml('stream:stream', {
    to: domain,
    version: '1.0',
    xmlns: 'jabber:client',
    'xmlns:stream': ns.streams,
  });
  socket.write(`<?xml version='1.0'?>${header.toString().replace(/\/>$/, '>')}`);
  try {
    await promise;
  } finally {
    socket.off('data', read).off('error', reject).off('close', closed);
  }
}
