import { type Client, client, type Element } from '@xmpp/client';
import ConnectionTCP from '@xmpp/connection-tcp';
import { coded } from './coded.ts';
import type { Line } from './line.ts';
import { watchLogin } from './login.ts';
import { Management } from './management.ts';
import { ns } from './namespaces.ts';
import type { Settings } from './options.ts';
import { Reader } from './reader.ts';
import { Scram } from './scram.ts';
import type { OnStage } from './stage.ts';
import { boundsOfServer, boundsOfStrangers } from './stream-bounds.ts';

/** Most preferred first. The library knows no others that take a password. */
const mechanisms: readonly string[] = ['SCRAM-SHA-1', 'PLAIN'];

/** The library's client, over a line that is there already, without the parts that do not fit. */
export function createClient(line: Line, { domain, user, password, resource, timeoutMs }: Settings, onStage: OnStage): Client {
  const scram = new Scram();
  const xmpp = client({
    // The line leads there already.
    service: 'xmpp://line',
    domain,
    username: user,
    resource,
    timeout: timeoutMs,
    async credentials(authenticate, offered) {
      const mechanism = mechanisms.find((name) => offered.includes(name) && (name !== 'PLAIN' || line.secure));
      if (mechanism === undefined) throw coded('ENOLOGIN', `the server offers ${offered.join(', ')}, of which none will do here`);
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
  xmpp.transports = [transportOver(line)];
  // A server that offers SASL2 offers SASL as well.
  xmpp.prependListener('element', (element: Element) => element.remove('authentication', 'urn:xmpp:sasl:2'));
  watchLogin(xmpp, scram, line.secure, onStage);
  return xmpp;
}

/** Replaces the library's stream management by ours. `onError` hears that a write has failed. */
export function manage(xmpp: Client, onError: (error: Error) => void): Management {
  const management = new Management((markup) => void xmpp.write(markup).catch(onError));
  const { _onElement: meet, send } = xmpp;
  xmpp._onElement = (element) => {
    const features = element.is('features', ns.streams) ? element : undefined;
    if (features?.getChild('sm', ns.management)) management.offer();
    features?.remove('sm', ns.management);
    if (!management.meet(element)) meet.call(xmpp, element);
  };
  // The library answers questions of others by itself.
  xmpp.send = (element) => {
    management.count(1);
    return send.call(xmpp, element);
  };
  return management;
}

/**
 * The library's way to connect: once, to a line that is connected already. The first stream is for the login, and has
 * the narrow bounds.
 */
function transportOver(line: Line): typeof ConnectionTCP {
  let bounds = boundsOfStrangers;
  class Transport extends ConnectionTCP {
    override socketParameters(): object {
      return {};
    }
  }
  Transport.prototype.NS = 'jabber:client';
  Transport.prototype.Parser = function parser(): Reader {
    const reader = new Reader(bounds);
    bounds = boundsOfServer;
    return reader;
  };
  Transport.prototype.Socket = function socket(): Line {
    return line;
  };
  return Transport;
}
