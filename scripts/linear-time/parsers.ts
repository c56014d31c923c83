import { generateKeyPairSync } from 'node:crypto';
import { checkAlias, checkPackageName } from '../../packages/create-messenger/src/checks.ts';
import { readBody } from '../../packages/http/src/body.ts';
import { readDomain } from '../../packages/http/src/domain.ts';
import { excerpt, statusError } from '../../packages/http/src/errors.ts';
import { checkBaseUrl, isHttpUrl, jsonObject, normalizeBaseUrl } from '../../packages/http/src/index.ts';
import { toPlainText } from '../../packages/http/src/plain-text.ts';
import { readRetryAfter } from '../../packages/http/src/retry-after.ts';
import { checkProxyUrl } from '../../packages/http/src/tunnel/proxy.ts';
import * as fbAddress from '../../packages/messenger-fb/src/address.ts';
import { errorFor as fbError } from '../../packages/messenger-fb/src/errors.ts';
import { postOf as fbPostOf } from '../../packages/messenger-fb/src/send.ts';
import { waitFor as fbWait } from '../../packages/messenger-fb/src/usage.ts';
import * as smtpAddress from '../../packages/messenger-smtp/src/address.ts';
import { smtpError } from '../../packages/messenger-smtp/src/errors.ts';
import { readHeaders } from '../../packages/messenger-smtp/src/headers.ts';
import { composeMail } from '../../packages/messenger-smtp/src/mail.ts';
import { readOptions as readSmtp } from '../../packages/messenger-smtp/src/options.ts';
import { createSign } from '../../packages/messenger-smtp/src/serialize.ts';
import { refusalIn } from '../../packages/messenger-smtp/src/transcript.ts';
import * as telegramAddress from '../../packages/messenger-telegram/src/address.ts';
import { textsOf as telegramTexts } from '../../packages/messenger-telegram/src/content.ts';
import { errorFor as telegramError } from '../../packages/messenger-telegram/src/errors.ts';
import { escapeHtml, escapeMarkdown } from '../../packages/messenger-telegram/src/markup.ts';
import * as twitterAddress from '../../packages/messenger-twitter/src/address.ts';
import { textsOf as twitterTexts } from '../../packages/messenger-twitter/src/content.ts';
import { errorFor as twitterError, refusalOf as twitterRefusal } from '../../packages/messenger-twitter/src/errors.ts';
import * as vkAddress from '../../packages/messenger-vk/src/address.ts';
import * as vkContent from '../../packages/messenger-vk/src/content.ts';
import { errorFor as vkError } from '../../packages/messenger-vk/src/errors.ts';
import * as xmppAddress from '../../packages/messenger-xmpp/src/address.ts';
import { composeMessage } from '../../packages/messenger-xmpp/src/message.ts';
import { boundsAfterLogin, boundsBeforeLogin, Reader } from '../../packages/messenger-xmpp/src/reader.ts';
import { Scram } from '../../packages/messenger-xmpp/src/scram.ts';
import { readXhtml } from '../../packages/messenger-xmpp/src/xhtml.ts';
import { formOf, jsonObjectOf } from '../../packages/sandbox/src/http/parameters.ts';
import * as fbPost from '../../packages/sandbox/src/protocols/fb/feed.ts';
import { readMail } from '../../packages/sandbox/src/protocols/smtp/read-mail.ts';
import { linkProblem } from '../../packages/sandbox/src/protocols/telegram/check-link.ts';
import { readMessage } from '../../packages/sandbox/src/protocols/telegram/message.ts';
import { checkTimeFormat, parseHtml } from '../../packages/sandbox/src/protocols/telegram/parse-html.ts';
import { parseMarkdown } from '../../packages/sandbox/src/protocols/telegram/parse-markdown.ts';
import { createOAuth1 } from '../../packages/sandbox/src/protocols/twitter/oauth1.ts';
import { mentionOf } from '../../packages/sandbox/src/protocols/twitter/post.ts';
import { weightOf } from '../../packages/sandbox/src/protocols/twitter/weight.ts';
import { checkKeyboard } from '../../packages/sandbox/src/protocols/vk/keyboard.ts';
import { readPrivateMessage } from '../../packages/sandbox/src/protocols/vk/messages-send.ts';
import * as vkPost from '../../packages/sandbox/src/protocols/vk/wall-post.ts';
import { createReader, largestStanza } from '../../packages/sandbox/src/protocols/xmpp/reader.ts';
import { startLogin } from '../../packages/sandbox/src/protocols/xmpp/sasl.ts';
import { createSitemessage, html, redactor } from '../../packages/sitemessage-core/src/index.ts';
import { createLinkReader, createLinks } from '../../packages/sitemessage-core/src/links/index.ts';
import { memoryStorage } from '../../packages/sitemessage-core/src/memory/index.ts';
import { toJson } from '../../packages/sitemessage-core/src/message/json.ts';
import { readReceipt } from '../../packages/sitemessage-core/src/messenger/receipt.ts';
import { isUserId } from '../../packages/sitemessage-core/src/recipients/resolve.ts';
import { createCopies } from '../../packages/sitemessage-core/src/storage/index.ts';
import { storedError } from '../../packages/sitemessage-core/src/storage/stored-error.ts';
import { didYouMean } from '../../packages/sitemessage-core/src/validate.ts';
import * as postgresText from '../../packages/storage-postgres/src/text.ts';
import * as sqliteText from '../../packages/storage-sqlite/src/text.ts';
import { createWebHandler } from '../../packages/web/src/index.ts';
import { acceptedLanguages } from '../../packages/web/src/language.ts';
import type { Parser } from './measure.ts';

const secret = 'a "secret\\of/many%signs&<more> than thirty-two characters';
const shown = redactor([secret, '""""""""""""""""x', '\\\\\\\\\\\\\\\\x']);
const delivery = (content: object) => ({
  id: 'a3c5b4a0-7f1e-4d7e-9a51-3f0b1c2d3e4f',
  address: 'ann@example.com',
  attempt: 1,
  message: { id: 'a3c5b4a0-7f1e-4d7e-9a51-3f0b1c2d3e4f', type: 'plain' },
  content: { text: '', ...content },
});

const core: Readonly<Record<string, Parser>> = {
  'core: redactor.text': (text) => shown.text(text),
  'core: redactor.text, many times the longest text': (text) => shown.text(text.repeat(100)),
  'core: redactor.cause': (text) => shown.cause(new Error(text)),
  'core: stored error': (text) => storedError(new Error(text)),
  'core: receipt': (text) => readReceipt({ providerId: text, movedTo: text }),
  'core: context': (text) => toJson({ text }),
  'core: html`...`': (text) => html`<p>${text}</p>`,
  'core: id of a user': (text) => isUserId(text),
  'core: name that was meant': (text) => didYouMean(text, ['smtp', 'xmpp', 'a'.repeat(2_000)]),
  'core: URL of links': (text) => createLinks({ url: `https://example.com/${text}`, secret }),
  'core: token of a link': (text) => createLinkReader({ secret }).read('unsubscribe', text),
  'core: copies': (text) =>
    createCopies({ text: sqliteText.storable, id: sqliteText.storable }).settlement({ id: '1', status: 'sent', providerId: text } as never),
};

const http: Readonly<Record<string, Parser>> = {
  'http: JSON of a reply': jsonObject,
  'http: JSON of a reply, as a text in it': (text) => jsonObject(JSON.stringify({ text })),
  'http: status of a reply': (text) => statusError(new Response(null, { status: 502 }), text, shown),
  'http: excerpt': (text) => excerpt(text, shown),
  'http: reply, byte by byte': (text) => readBody(bytesOf(text)),
  'http: Retry-After': readRetryAfter,
  'http: URL': isHttpUrl,
  'http: base URL': (text) => checkBaseUrl(`https://example.com/${text}`) ?? normalizeBaseUrl(`https://example.com/${text}`),
  'http: URL of a proxy': (text) => checkProxyUrl(`http://${text}@example.com:1`),
  'http: domain': readDomain,
  'http: text of HTML': toPlainText,
};

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let index = 0; index < bytes.length; index += 1) yield bytes.subarray(index, index + 1);
}

const smtpSettings = readSmtp({ host: 'smtp.example.com', from: 'The shop <shop@example.com>' });
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const sign = createSign({ domainName: 'example.com', keySelector: 'a', privateKey });
const smtpReply = (text: string, command: string): object => ({
  code: 'EENVELOPE',
  command,
  response: `550 ${text}`,
  responseCode: 550,
  message: text,
});

const smtp: Readonly<Record<string, Parser>> = {
  'smtp: address': smtpAddress.getAddress,
  'smtp: domain of an address': (text) => smtpAddress.getAddress(`ann@${text}`),
  'smtp: mailbox': smtpAddress.readMailbox,
  'smtp: header': (text) => readHeaders({ 'X-Header': text }),
  'smtp: text of a mail': (text) => composeMail(delivery({ text }), smtpSettings),
  'smtp: HTML of a mail': (text) => composeMail(delivery({ html: text }), smtpSettings),
  'smtp: subject of a mail': (text) => composeMail(delivery({ text: 'Hello', subject: text }), smtpSettings),
  'smtp: name of an attachment': (text) =>
    composeMail(delivery({ text: 'Hello', attachments: [{ filename: text, content: text }] }), smtpSettings),
  'smtp: mail to sign': (text) => sign(Buffer.from(`Subject: ${text}\r\n\r\n${text}`)),
  'smtp: reply to RCPT': (text) => smtpError(smtpReply(text, 'RCPT TO'), { isComplete: false }, shown),
  'smtp: reply to MAIL': (text) => smtpError(smtpReply(text, 'MAIL FROM'), { isComplete: false }, shown),
  'smtp: reply to DATA': (text) => smtpError(smtpReply(text, 'DATA'), { isComplete: false }, shown),
  'smtp: replies in a transcript': (text) => refusalIn([`550 ${text}`], ['ann@example.com'], 'ann@example.com'),
};

const telegram: Readonly<Record<string, Parser>> = {
  'telegram: address': telegramAddress.getAddress as Parser,
  ...Object.fromEntries(
    (['fail', 'split'] as const).flatMap((onTooLong) => [
      [`telegram: text, ${onTooLong}`, (text: string) => telegramTexts({ text }, { parseMode: undefined, onTooLong } as never)],
      [
        `telegram: HTML, ${onTooLong}`,
        (text: string) => telegramTexts({ text: '', html: text }, { parseMode: 'HTML', onTooLong } as never),
      ],
      [`telegram: Markdown, ${onTooLong}`, (text: string) => telegramTexts({ text }, { parseMode: 'MarkdownV2', onTooLong } as never)],
    ]),
  ),
  'telegram: escapeHtml': escapeHtml,
  'telegram: escapeMarkdown': escapeMarkdown,
  'telegram: words of a refusal': (text) => telegramError({ status: 400, description: text } as never),
};

const plainPost = { status: 403, headers: new Headers() } as Response;
const twitter: Readonly<Record<string, Parser>> = {
  'twitter: address': twitterAddress.getAddress,
  'twitter: text': (text) => twitterTexts('@ann', { text }, { onTooLong: 'fail' }),
  'twitter: text after a URL': (text) => twitterTexts('', { text: `http://a.com/${text}` }, { onTooLong: 'fail' }),
  'twitter: thread': (text) => twitterTexts('@ann', { text }, { onTooLong: 'thread' }),
  'twitter: HTML': (text) => twitterTexts('', { text: '', html: text }, { onTooLong: 'fail' }),
  'twitter: words of a refusal': (text) => twitterError(twitterRefusal(plainPost, { detail: text }, (words) => words) as never),
};

const others: Readonly<Record<string, Parser>> = {
  'fb: address': fbAddress.getAddress as Parser,
  'fb: text': (text) => fbPostOf({ text }),
  'fb: HTML': (text) => fbPostOf({ text: '', html: text }),
  'fb: words of a refusal': (text) =>
    fbError({ status: 400, code: 100, subcode: undefined, words: text, isTransient: false, waitMs: 0 }, false),
  'fb: header of usage': (text) => fbWait({ get: () => text } as unknown as Headers),
  'vk: address': vkAddress.getAddress as Parser,
  'vk: post': (text) => vkContent.postOf({ text }),
  'vk: private message': (text) => vkContent.messageOf({ text, link: `https://example.com/${encodeURIComponent(text)}` }),
  'vk: HTML': (text) => vkContent.messageOf({ text: '', html: text }),
  'vk: words of a refusal': (text) => vkError({ code: 214, subcode: undefined, message: text } as never, 'wall.post'),
  'storage-sqlite: text': (text) => [sqliteText.storable(text, 'text'), sqliteText.known(text)],
  'storage-postgres: text': (text) => [postgresText.storable(text, 'text'), postgresText.known(text)],
  'storage-postgres: id': (text) => postgresText.uuid(text, 'id'),
  'create-messenger: alias': (text) => checkAlias(text),
  'create-messenger: name of a package': (text) => checkPackageName(text),
};

const xmpp: Readonly<Record<string, Parser>> = {
  'xmpp: address': xmppAddress.getAddress,
  'xmpp: domain of an address': (text) => xmppAddress.getAddress(`ann@${text}`),
  'xmpp: text': (text) => composeMessage(delivery({ text }) as never),
  'xmpp: XHTML': readXhtml,
  'xmpp: stream of a stranger': (text) => streamed(text, boundsBeforeLogin),
  'xmpp: stream of a server': (text) => streamed(text, boundsAfterLogin),
  'xmpp: text in a stream': (text) => streamed(`<message><body>${text}`, boundsAfterLogin),
  async 'xmpp: challenge'(text) {
    const scram = new Scram();
    scram.challenge(text);
    await scram.response({ username: text, password: 'password' } as never);
  },
};

function streamed(text: string, bounds: ConstructorParameters<typeof Reader>[0]): void {
  const reader = new Reader(bounds).on('error', () => undefined);
  reader.write(`<stream>${text}`);
}

const links = createLinks({ url: 'https://example.com/messages', secret });
const site = createSitemessage({ storage: memoryStorage(), messengers: [], links });
const handler = createWebHandler(site, {
  secret,
  basePath: '/messages',
});
const asked = (path: string, init?: RequestInit): Promise<Response> => handler(new Request(`https://example.com/messages/${path}`, init));
const posted = (type: string, body: string): Promise<Response> =>
  asked('unsubscribe/token', { method: 'POST', headers: { 'content-type': type }, body });

const web: Readonly<Record<string, Parser>> = {
  'web: token': (text) => asked(`unsubscribe/${encodeURIComponent(text)}`),
  'web: form': (text) => posted('application/x-www-form-urlencoded', text),
  'web: form in parts': (text) => posted('multipart/form-data; boundary=a', `--a\r\n${text}`),
  'web: JSON': (text) => posted('application/json', text),
  'web: base path': (text) => createWebHandler(site, { secret, basePath: `/${text}` }),
  'web: languages': (text) => acceptedLanguages(text),
};

const request = (body: string, type: string) =>
  ({ verb: 'POST', url: new URL('http://127.0.0.1/2/tweets'), headers: { 'content-type': type }, body: Buffer.from(body) }) as never;

const sandbox: Readonly<Record<string, Parser>> = {
  'sandbox: form': (text) => formOf(request(text, 'application/x-www-form-urlencoded')),
  'sandbox: form in parts': (text) => formOf(request(`--a\r\n${text}`, 'multipart/form-data; boundary=a')),
  'sandbox: JSON': (text) => jsonObjectOf(request(text, 'application/json')),
  'sandbox smtp: mail': (text) => readMail(Buffer.from(text), ['ann@example.com']),
  'sandbox smtp: body of a mail': (text) =>
    readMail(Buffer.from(`Subject: a\r\nContent-Type: text/html\r\n\r\n${text}`), ['ann@example.com']),
  'sandbox telegram: HTML': parseHtml,
  'sandbox telegram: Markdown': parseMarkdown,
  'sandbox telegram: message': (text) => readMessage('sendMessage', { chat_id: 7, text, reply_markup: text }),
  'sandbox telegram: link': linkProblem,
  'sandbox telegram: format of a time': checkTimeFormat,
  'sandbox twitter: weight': weightOf,
  'sandbox twitter: mention': mentionOf,
  'sandbox twitter: signature': (text) =>
    createOAuth1(() => 0).check(
      { verb: 'POST', url: new URL('http://127.0.0.1/'), headers: { authorization: `OAuth ${text}` } } as never,
      {},
    ),
  'sandbox vk: message': (text) => readPrivateMessage({ message: text, user_id: text, random_id: '1', peer_ids: text }),
  'sandbox vk: post': (text) => vkPost.readPost({ message: text, attachments: text }, 1),
  'sandbox fb: post': (text) => fbPost.readPost({ message: text, link: `https://${text}` }),
  'sandbox vk: keyboard': (text) => checkKeyboard(text),
  'sandbox xmpp: stream': (text) => {
    const handler = { stream: () => undefined, element: () => undefined, end: () => undefined, error: () => undefined };
    createReader(handler, largestStanza.afterLogin)(`<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>${text}`);
  },
  'sandbox xmpp: login': (text) => startLogin('SCRAM-SHA-1', { user: 'a', password: 'b' })?.next(`n,,n=${text},r=${text}`),
};

/**
 * All parsers of the repository that read a text from outside: of a user, of a provider, or of somebody in
 * between.
 */
export const parsers: readonly (readonly [name: string, parse: Parser])[] = [
  core,
  http,
  smtp,
  xmpp,
  telegram,
  twitter,
  others,
  web,
  sandbox,
].flatMap((table) => Object.entries(table));
