import type { Element } from '@xmpp/client';
import { ns } from './namespaces.ts';

/** An error that ends a stream (RFC 6120, 4.9), named as the library names it. */
export interface StreamFault extends Error {
  readonly name: 'StreamError';
  readonly condition: string;
}

/** Undefined for an element that is no stream error. */
export function streamFault(element: Element): StreamFault | undefined {
  if (!element.is('error', ns.streams)) return undefined;
  const children = element.getChildElements();
  const condition = children.find(({ name }) => name !== 'text')?.name ?? 'undefined-condition';
  const text = children.find(({ name }) => name === 'text')?.text();
  return Object.assign(new Error(`${condition}${text ? `: ${text}` : ''}`), { name: 'StreamError' as const, condition });
}

/** The error that ends a stream when the server says something that is not read. */
export const xmlFault = ({ message }: Error): Error => new Error(`the XML of the server ${message}`);
