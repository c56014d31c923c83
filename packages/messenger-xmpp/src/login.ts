import type { Client, Element } from '@xmpp/client';
import { coded } from './coded.ts';
import { ns } from './namespaces.ts';
import type { Scram } from './scram.ts';
import type { OnStage } from './stage.ts';

/**
 * Looks at what the library takes without a word: a server that has shown no signature, and one that offers nothing to go on with, for which it
 * would wait until the deadline. What is thrown ends the line before the library reads any further.
 */
export function watchLogin(xmpp: Client, scram: Scram, isSecure: boolean, onStage: OnStage): void {
  let isLoggedIn = false;
  xmpp.prependListener('element', (element: Element) => {
    if (element.is('success', ns.sasl)) {
      scram.finish(Buffer.from(element.text(), 'base64').toString());
      isLoggedIn = true;
      onStage('binding a resource');
    } else if (element.is('features', ns.streams)) checkFeatures(element, isLoggedIn, isSecure);
  });
}

function checkFeatures(features: Element, isLoggedIn: boolean, isSecure: boolean): void {
  if (isLoggedIn) {
    if (!features.getChild('bind', ns.bind)) throw coded('ENOLOGIN', 'the server offers no session');
  } else if (!features.getChild('mechanisms', ns.sasl)) {
    if (!isSecure && features.getChild('starttls', ns.tls)) throw coded('ECLEAR', 'the server lets nobody in without TLS');
    throw coded('ENOLOGIN', 'the server offers no way to log in');
  }
}
