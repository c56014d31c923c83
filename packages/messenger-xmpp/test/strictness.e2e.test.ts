import { startSandbox } from '@sitemessage/sandbox';
import { certificate } from '@sitemessage/test-support';
import { startEjabberd } from '@sitemessage/test-support/ejabberd';
import { startProsody } from '@sitemessage/test-support/prosody';
import { afterAll, describe, expect, it } from 'vitest';
import { type Place, RawClient } from './raw-client.ts';

const accounts = { shop: 'password-of-the-shop', bob: 'password-of-bob' };
const trusted = await certificate(['localhost']);
const sandbox = await startSandbox({ protocols: ['xmpp'] });
const prosody = await startProsody({ certificate: trusted, accounts });
const ejabberd = await startEjabberd({ certificate: trusted, accounts });
afterAll(() => Promise.all([sandbox.close(), prosody?.[Symbol.asyncDispose](), ejabberd?.[Symbol.asyncDispose]()]));

const body = '<body>a</body>';
const message = (inside: string, attributes = "to='bob@localhost' type='chat' id='m1'") => `<message ${attributes}>${inside}</message>`;
const question = (inside: string, attributes = "type='get' to='localhost' id='m1'") => `<iq ${attributes}>${inside}</iq>`;
const asked = "<ping xmlns='urn:xmpp:ping'/>";
const management = "xmlns='urn:xmpp:sm:3'";
const room = 'new@conference.localhost';

/** Stanzas to send after the login. SHOP stands for the account. */
const stanzas: Readonly<Record<string, string>> = {
  'a message': message(body),
  CDATA: message('<body><![CDATA[a<b]]></body>'),
  'two bodies': message(body + body),
  'a message for oneself': message(body, "to='SHOP@localhost' type='chat' id='m1'"),
  'a bare `from`': message(body, "to='bob@localhost' id='m1' from='SHOP@localhost'"),
  'no `to`': message(body, "id='m1'"),
  'no `id`': message(body, "to='bob@localhost'"),
  'another attribute': message(body, "to='bob@localhost' id='m1' priority='1'"),
  'another type': message(body, "to='bob@localhost' id='m1' type='email'"),
  'another element': message(`${body}<priority/>`),
  'an element of another namespace': message(`${body}<priority xmlns='a:b'/>`),
  'another origin': message(`${body}<origin-id xmlns='urn:xmpp:sid:0' id='m2'/>`),
  'text in a message': message(`${body}b`),
  'an element in a body': message('<body><b/></body>'),
  'no body': message(''),
  'an error': message(body, "to='bob@localhost' id='m1' type='error'"),
  '990 levels': message(`${body}${'<a>'.repeat(990)}${'</a>'.repeat(990)}`),
  'text between stanzas': 'abc',
  'another `from`': message(body, "to='bob@localhost' id='m1' from='eve@localhost'"),
  'another resource in `from`': message(body, "to='bob@localhost' id='m1' from='SHOP@localhost/other'"),
  'a space in `to`': message(body, "to='bob smith@localhost' id='m1'"),
  'two @ in `to`': message(body, "to='bob@@localhost' id='m1'"),
  'an empty resource in `to`': message(body, "to='bob@localhost/' id='m1'"),
  'a space in the domain of `to`': message(body, "to='bob@ex ample.com' id='m1'"),
  'an empty `to`': message(body, "to='' id='m1'"),
  'a message for the server': message(body, "to='localhost' id='m1' type='chat'"),
  'a groupchat for a person': message(body, "to='bob@localhost' id='m1' type='groupchat'"),
  'a control character': message('<body>a\u0001b</body>'),
  'a control character as a number': message('<body>a&#1;b</body>'),
  'an entity': message('<body>&nbsp;</body>'),
  'another end tag': '<message></iq>',
  'an attribute twice': message(body, "to='bob@localhost' to='bob@localhost' id='m1'"),
  'a prefix of nothing': message(`${body}<x:y/>`),
  'a comment': '<!-- a -->',
  'a processing instruction': '<?a b?>',
  'a document type': '<!DOCTYPE a>',
  'more than 256 KiB': message(`<body>${'x'.repeat(262_144)}</body>`),
  'a message of a server': `<message xmlns='jabber:server' to='bob@localhost' id='m1'>${body}</message>`,
  'a message of an unknown namespace': `<message xmlns='a:b' to='bob@localhost' id='m1'>${body}</message>`,
  'no stanza': '<greeting/>',
  'a ping': question(asked),
  'a ping for oneself': question(asked, "type='get' to='SHOP@localhost' id='m1'"),
  'a ping for somebody else': question(asked, "type='get' to='bob@localhost' id='m1'"),
  'a question without an id': question(asked, "type='get' to='localhost'"),
  'a question of another type': question(asked, "type='ask' to='localhost' id='m1'"),
  'two questions': question(asked + asked),
  'no question': question(''),
  'an unknown question': question("<a xmlns='b:c'/>"),
  'a session': question("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>", "type='set' id='m1'"),
  'another bind': question("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>", "type='set' id='m1'"),
  'a count without stream management': `<a ${management} h='0'/>`,
  'stream management twice': `<enable ${management}/><enable ${management}/>`,
  'a join without a nickname': `<presence to='${room}' id='m1'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
  'a join without the namespace of rooms': `<presence to='${room}/SHOP' id='m1'/>`,
};

/** Logins. SHOP stands for the account. */
const logins: Readonly<Record<string, Parameters<RawClient['scram']>[0]>> = {
  'n,,': { gs2: 'n,,' },
  'y,,': { gs2: 'y,,' },
  'n,a=SHOP,': { gs2: 'n,a=SHOP,' },
  'n,a=SHOP@localhost,': { gs2: 'n,a=SHOP@localhost,' },
  'y,a=bob@localhost,': { gs2: 'y,a=bob@localhost,' },
  'n,a=,': { gs2: 'n,a=,' },
  'n,b=SHOP,': { gs2: 'n,b=SHOP,' },
  'an extension': { gs2: 'n,,', more: ',x=1' },
  'channel binding': { gs2: 'p=tls-unique,,' },
  'another flag': { gs2: 'z,,' },
  'a wrong escape': { gs2: 'n,,', user: 'sh=op' },
};

const ping = (id: string) => question(asked, `type='get' to='localhost' id='${id}'`);

/** Returns the answer of a server in words: it takes the stanza, refuses it, or ends the stream. */
async function verdictOf(place: Place, said: string): Promise<string> {
  await using client = await RawClient.logIn(place);
  const first = await client.ask(said.replaceAll('SHOP', place.user) + ping('first'), /id='first'/);
  // A refusal may come after the first answer.
  const heard = first + (await client.ask(ping('last'), /id='last'/));
  const [, fault] = /<stream:error>\s*<([a-z-]+)/.exec(heard) ?? [];
  if (fault !== undefined) return `ends the stream: ${fault}`;
  const [refusal] = /<failed |<(?!text)[a-z-]+ xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/.exec(heard) ?? [];
  if (refusal !== undefined) return `refuses: ${refusal}`;
  return heard.includes("id='last'") ? 'takes it' : 'ends the stream';
}

async function loginVerdictOf(place: Place, { gs2, user, more }: Parameters<RawClient['scram']>[0]): Promise<string> {
  await using client = await RawClient.connect(place);
  const heard = await client.scram({ gs2: gs2.replace('SHOP', place.user), ...(user && { user }), ...(more && { more }) });
  return /<success|<(?!failure|text)[a-z-]+(?=\/>|>)/.exec(heard)?.[0] ?? heard;
}

if (prosody && ejabberd) {
  const place = ({ implicitPort: port }: { readonly implicitPort: number }): Place => ({
    port,
    ca: trusted.cert,
    user: 'shop',
    password: accounts.shop,
  });
  const { ports, options } = sandbox.xmpp;
  const emulator: Place = { port: ports.implicit, ca: options.ca, user: 'sandbox', password: options.password };
  const servers = [place(prosody), place(ejabberd)];

  describe('the emulator answers like Prosody or ejabberd', () => {
    it.each(Object.entries(stanzas))('with %s', async (_, said) => {
      const [own, ...others] = await Promise.all([emulator, ...servers].map((one) => verdictOf(one, said)));
      expect(others).toContain(own);
    });

    it.each(Object.entries(logins))('with a login by %s', async (_, how) => {
      const [own, ...others] = await Promise.all([emulator, ...servers].map((one) => loginVerdictOf(one, how)));
      expect(others).toContain(own);
    });
  });
} else {
  it('leaves the comparison out, because Prosody or ejabberd is not on this machine', () => {
    process.stdout.write(
      'Without Prosody or ejabberd: one of them is not on this machine. The emulator of XMPP is compared with neither.\n',
    );
  });
}
