import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { type Element, xml } from '@xmpp/client';
import { coded } from './coded.ts';
import { ns } from './namespaces.ts';
import { Reader } from './reader.ts';
import { boundsOfStrangers } from './stream-bounds.ts';
import { streamFault, xmlFault } from './stream-fault.ts';

/**
 * Asks the server to encrypt (RFC 6120, 5). Nothing else is ever said in clear. Bytes that come in clear after the consent are dropped.
 *
 * @throws Error with the code `ENOTLS` when the server does not consent.
 */
export async function startTls(socket: Socket, domain: string): Promise<void> {
  const reader = new Reader(boundsOfStrangers);
  const decoder = new StringDecoder('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const meet = (element: Element): void => {
    if (element.is('features', ns.streams)) {
      if (element.getChild('starttls', ns.tls)) socket.write(xml('starttls', { xmlns: ns.tls }).toString());
      else reject(coded('ENOTLS', 'the server does not offer STARTTLS'));
    } else if (element.is('proceed', ns.tls)) resolve();
    else reject(streamFault(element) ?? coded('ENOTLS', `the server answered <${element.name}> to STARTTLS`));
  };
  const read = (data: Buffer): void => reader.write(decoder.write(data));
  const closed = (): void => reject(new Error('the connection was closed before it was encrypted'));
  reader
    .on('element', meet)
    .on('error', (error: Error) => reject(xmlFault(error)))
    .on('end', closed);
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
