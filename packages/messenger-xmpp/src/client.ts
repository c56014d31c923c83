import { type Client, client, type Element } from '@xmpp/client';
import ConnectionTCP from '@xmpp/connection-tcp';
import { StreamManagement } from './acknowledgements.ts';
import type { OnStage } from './connect.ts';
import { coded } from './faults.ts';
import type { Settings } from './options.ts';
import { boundsAfterLogin, boundsBeforeLogin, Reader } from './reader.ts';
import { Scram } from './scram.ts';
import type { SocketAdapter } from './socket-adapter.ts';
import { ns } from './xml.ts';

/** The library's mechanisms that take a password, the preferred one first. */
const mechanisms: readonly string[] = ['SCRAM-SHA-1', 'PLAIN'];

/** Makes the library's client for a socket that is connected. Replaces the parts that do not fit. */
export function createClient(socket: SocketAdapter, { domain, user, password, resource, timeoutMs }: Settings, onStage: OnStage): Client {
  const scram = new Scram();
  const xmpp = client({
    // The socket leads there already.
    service: 'xmpp://socket',
    domain,
    username: user,
    resource,
    timeout: timeoutMs,
    async credentials(authenticate, offered) {
      const mechanism = mechanisms.find((name) => offered.includes(name) && (name !== 'PLAIN' || socket.secure));
      if (mechanism === undefined) throw coded('ENOLOGIN', `the server offers ${offered.join(', ')}, and none of them can be used here`);
      await authenticate({ username: user, password }, mechanism);
    },
  });
  // It would log in again one second after it was stopped.
  xmpp.reconnect.stop();
  xmpp.saslFactory._mechs.unshift({
    name: scram.name,
    mech: function mechanism(): Scram {
      return scram;
    },
  });
  xmpp.transports = [transportOver(socket)];
  // A server that offers SASL2 offers SASL as well.
  xmpp.prependListener('element', (element: Element) => element.remove('authentication', 'urn:xmpp:sasl:2'));
  checkLogin(xmpp, scram, socket.secure, onStage);
  return xmpp;
}

/**
 * Refuses logins that the library accepts: of a server without a signature, and of one that offers nothing to
 * go on with. For the second, the library would wait until the timeout. An error that is thrown here closes
 * the socket before the library reads on.
 */
function checkLogin(xmpp: Client, scram: Scram, isSecure: boolean, onStage: OnStage): void {
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
    if (!isSecure && features.getChild('starttls', ns.tls)) throw coded('ECLEAR', 'the server requires TLS');
    throw coded('ENOLOGIN', 'the server offers no way to log in');
  }
}

/** Replaces the library's stream management by ours. Calls `onError` when a write has failed. */
export function manageStream(xmpp: Client, onError: (error: Error) => void): StreamManagement {
  const management = new StreamManagement((markup) => void xmpp.write(markup).catch(onError));
  const { _onElement: receive, send } = xmpp;
  xmpp._onElement = (element) => {
    const features = element.is('features', ns.streams) ? element : undefined;
    if (features?.getChild('sm', ns.streamManagement)) management.noteOffer();
    features?.remove('sm', ns.streamManagement);
    if (!management.receive(element)) receive.call(xmpp, element);
  };
  // The library answers requests of others by itself. They count too.
  xmpp.send = (element) => {
    management.count(1);
    return send.call(xmpp, element);
  };
  return management;
}

/**
 * Makes the library's transport for a socket that is connected already. It connects once. The first stream is
 * for the login, and has the narrow bounds.
 */
function transportOver(connected: SocketAdapter): typeof ConnectionTCP {
  let bounds = boundsBeforeLogin;
  class Transport extends ConnectionTCP {
    override socketParameters(): object {
      return {};
    }
  }
  Transport.prototype.NS = 'jabber:client';
  Transport.prototype.Parser = function parser(): Reader {
    const reader = new Reader(bounds);
    bounds = boundsAfterLogin;
    return reader;
  };
  Transport.prototype.Socket = function socket(): SocketAdapter {
    return connected;
  };
  return Transport;
}
