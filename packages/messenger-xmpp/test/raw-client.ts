import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';

/** A server to connect to with TLS, and the account. */
export interface Place {
  readonly port: number;
  readonly ca: string;
  readonly user: string;
  readonly password: string;
}

const header =
  "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";

/** A client that sends any text. It parses no XML, so that it can receive anything. */
export class RawClient implements AsyncDisposable {
  readonly #socket: TLSSocket;
  readonly #password: string;
  readonly #user: string;
  #heard = '';
  #more: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #isClosed = false;

  /** Connects, and begins a stream. */
  static async connect({ port, ca, user, password }: Place): Promise<RawClient> {
    const socket = connectTls({ socket: connectSocket(port, '127.0.0.1'), ca, servername: 'localhost', ALPNProtocols: ['xmpp-client'] });
    await once(socket, 'secureConnect');
    const client = new RawClient(socket, user, password);
    await client.ask(header, /<\/stream:features>/);
    return client;
  }

  /** Connects, and logs in. */
  static async logIn(place: Place): Promise<RawClient> {
    const client = await RawClient.connect(place);
    const said = Buffer.from(`\0${place.user}\0${place.password}`).toString('base64');
    await client.ask(`<auth ${sasl} mechanism='PLAIN'>${said}</auth>`, /<success/);
    await client.ask(header, /<\/stream:features>/);
    await client.ask("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", /<jid>/);
    return client;
  }

  private constructor(socket: TLSSocket, user: string, password: string) {
    this.#socket = socket;
    this.#user = user;
    this.#password = password;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const tell = (): void => {
      this.#more.resolve();
      this.#more = Promise.withResolvers<void>();
    };
    socket.on('data', (data) => {
      this.#heard += String(data);
      tell();
    });
    socket.on('close', () => {
      this.#isClosed = true;
      tell();
    });
  }

  /**
   * Sends a text. Returns the answers of the server, until one matches or the server closes the connection.
   */
  async ask(said: string, until: RegExp): Promise<string> {
    this.#heard = '';
    this.#socket.write(said);
    while (!until.test(this.#heard) && !this.#isClosed) await this.#more.promise;
    return this.#heard;
  }

  /** Logs in by SCRAM-SHA-1. Returns the last answer of the server. */
  async scram({
    gs2,
    user = this.#user,
    more = '',
  }: {
    readonly gs2: string;
    readonly user?: string;
    readonly more?: string;
  }): Promise<string> {
    const first = `n=${user},r=${randomBytes(12).toString('hex')}${more}`;
    const auth = `<auth ${sasl} mechanism='SCRAM-SHA-1'>${base64(gs2 + first)}</auth>`;
    const heard = await this.ask(auth, /<\/challenge>|<failure|<\/stream:stream>/);
    const challenge = Buffer.from(/<challenge[^>]*>([^<]+)</.exec(heard)?.[1] ?? '', 'base64').toString();
    const [, nonce, salt = '', iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)/.exec(challenge) ?? [];
    if (nonce === undefined) return heard;
    const salted = pbkdf2Sync(this.#password, Buffer.from(salt, 'base64'), Number(iterations), 20, 'sha1');
    const key = createHmac('sha1', salted).update('Client Key').digest();
    const last = `c=${base64(gs2)},r=${nonce}`;
    const stored = createHash('sha1').update(key).digest();
    const signature = createHmac('sha1', stored).update(`${first},${challenge},${last}`).digest();
    const proof = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0))).toString('base64');
    const response = `<response ${sasl}>${base64(`${last},p=${proof}`)}</response>`;
    return this.ask(response, /<success|<failure|<\/stream:stream>/);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
