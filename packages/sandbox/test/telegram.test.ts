import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HttpFault, type Sandbox, startSandbox } from '../src/index.ts';

let sandbox: Sandbox<readonly ['telegram']>;
beforeAll(async () => {
  sandbox = await startSandbox({ protocols: ['telegram'] });
});
beforeEach(() => {
  sandbox.telegram.heal();
  sandbox.inbox.clear();
});
afterAll(() => sandbox.close());

interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly ok?: boolean; readonly result?: unknown; readonly description?: string; readonly error_code?: number };
}

async function post(path: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(`${sandbox.telegram.options.apiRoot}${path}`, { method: 'POST', ...init });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: (await response.json()) as Reply['body'] };
}

const bot = () => `/bot${sandbox.telegram.options.token}`;
const call = (method: string, parameters: unknown = {}): Promise<Reply> =>
  post(`${bot()}/${method}`, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(parameters) });
const say = (parameters: object): Promise<Reply> => call('sendMessage', { chat_id: 7, text: 'Hi', ...parameters });

/** Expects an error in these words, and an empty inbox. */
async function expectRefusal(reply: Promise<Reply>, error_code: number, description: string): Promise<void> {
  expect(await reply).toMatchObject({ status: error_code, body: { ok: false, error_code, description } });
  expect(sandbox.inbox.all()).toEqual([]);
}

describe('the Bot API of the sandbox', () => {
  it('accepts JSON, urlencoded, multipart and a query, and keeps messages as a reader sees them', async () => {
    const fields = { chat_id: '7', text: '<b>1</b> &amp; ö', parse_mode: 'html', disable_notification: 'true' };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const query = new URLSearchParams(fields);
    for (const init of [
      {
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify({ ...fields, chat_id: 7, disable_notification: true }),
      },
      { body: query },
      { body: form },
    ]) {
      expect(await post(`${bot()}/sendMessage`, init)).toMatchObject({ status: 200, body: { ok: true, result: { chat: { id: 7 } } } });
    }
    await post(`${bot()}/sendMessage?${query}`, {});
    expect(sandbox.inbox.all()).toHaveLength(4);
    for (const message of sandbox.inbox)
      expect(message).toMatchObject({ protocol: 'telegram', address: '7', text: '1 & ö', html: fields.text });
  });

  it('accepts objects as JSON in a form', async () => {
    const reply_markup = JSON.stringify({ inline_keyboard: [[{ text: 'Go', url: 'https://example.com/' }]] });
    const link_preview_options = JSON.stringify({ is_disabled: true });
    expect(
      await post(`${bot()}/sendMessage`, { body: new URLSearchParams({ chat_id: '7', text: 'Hi', reply_markup, link_preview_options }) }),
    ).toMatchObject({
      status: 200,
    });
    await expectRefusalAfterClear(new URLSearchParams({ chat_id: '7', text: 'Hi', reply_markup: '{' }));
  });

  const expectRefusalAfterClear = async (body: URLSearchParams): Promise<void> => {
    sandbox.inbox.clear();
    await expectRefusal(post(`${bot()}/sendMessage`, { body }), 400, "Bad Request: can't parse reply keyboard markup JSON object");
  };

  it('accepts the names of methods in any case', async () => {
    expect(await call('GETME')).toMatchObject({ status: 200, body: { result: { is_bot: true } } });
    expect(await call('sendmessage', { chat_id: 7, text: 'Hi' })).toMatchObject({ status: 200 });
  });

  it('gives every message another id', async () => {
    const ids = [await say({}), await say({})].map(({ body }) => (body.result as { message_id: number }).message_id);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each([
    ['/bot123456789:AAa-token-of-another-bot-altogether/getMe', 401, 'Unauthorized'],
    ['/botABC/getMe', 404, 'Not Found'],
    ['/bot/getMe', 404, 'Not Found'],
    ['/getMe', 404, 'Not Found'],
    ['/', 404, 'Not Found'],
  ])('refuses %s', async (path, status, description) => {
    await expectRefusal(post(path, {}), status, description);
  });

  it.each(['sendMassage', 'constructor', 'toString'])('has no method %s', async (method) => {
    await expectRefusal(call(method), 404, 'Not Found: method not found');
  });

  it.each(['{', '[]', '7', 'null', '"text"'])('refuses a body that is not a JSON object: %s', async (body) => {
    await expectRefusal(
      post(`${bot()}/sendMessage`, { headers: { 'content-type': 'application/json' }, body }),
      400,
      "Bad Request: can't parse the request: the body is no JSON object",
    );
  });
});

const button = (one: unknown) => ({ reply_markup: { inline_keyboard: [[one]] } });

describe('a message', () => {
  it.each<[object, string]>([
    [{ text: '' }, 'message text is empty'],
    [{ text: undefined }, 'message text is empty'],
    [{ text: ' \n\t' }, 'text must be non-empty'],
    [{ text: '<b> </b>', parse_mode: 'HTML' }, 'text must be non-empty'],
    [{ text: `${'<b></b>'.repeat(4_681)}xx`, parse_mode: 'HTML' }, 'text is too long'],
    [{ text: '\\.'.repeat(16_385), parse_mode: 'MarkdownV2' }, 'text is too long'],
    [{ text: 'x'.repeat(4_097) }, 'message is too long'],
    [{ text: '😀'.repeat(4_097) }, 'message is too long'],
    [{ text: '\ud83d' }, 'strings must be encoded in UTF-8'],
    [{ parse_mode: 'text' }, 'unsupported parse_mode'],
    [{ chat_id: undefined }, 'chat_id is empty'],
    [{ chat_id: '' }, 'chat_id is empty'],
    [{ chat_id: 0 }, 'chat not found'],
    [{ chat_id: 1.5 }, 'chat not found'],
    [{ chat_id: 2 ** 60 }, 'chat not found'],
    [{ chat_id: 'mychannel' }, 'chat not found'],
    [{ chat_id: '@abc' }, 'chat not found'],
    [{ chat_id: '@my channel' }, 'chat not found'],
    [{ disable_web_page_preview: true }, 'there is no parameter "disable_web_page_preview" here'],
    [{ reply_to_message_id: 1 }, 'there is no parameter "reply_to_message_id" here'],
    [{ caption: 'Hi' }, 'there is no parameter "caption" here'],
    [{ link_preview_options: { disabled: true } }, 'there is no parameter "disabled" here'],
    [{ link_preview_options: { is_disabled: 'yes' } }, 'field "is_disabled" must be of type Boolean'],
    [{ link_preview_options: true }, 'object expected as link preview options'],
    [{ reply_markup: [] }, 'object expected as reply markup'],
    [{ reply_markup: { inline_keyboard: {} } }, 'field "inline_keyboard" must be of type Array'],
    [
      { reply_markup: { inline_keyboard: [{ text: 'Go', url: 'https://example.com/' }] } },
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [button(7), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"],
    [button({ url: 'https://example.com/' }), 'can\'t parse inline keyboard button: Can\'t find field "text"'],
    [button({ text: '', url: 'https://example.com/' }), 'inline keyboard button text must be non-empty'],
    [button({ text: 'Go' }), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"],
    [button({ text: 'Go', url: true }), 'can\'t parse inline keyboard button: Field "url" must be of type String'],
    [button({ text: 'Go', callback_data: 'x'.repeat(65) }), 'BUTTON_DATA_INVALID'],
    [button({ text: 'Go', url: 'nowhere' }), "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"],
  ])('%o is refused', async (parameters, problem) => {
    await expectRefusal(say(parameters), 400, `Bad Request: ${problem}`);
  });

  it.each([{ text: 'x'.repeat(4_096) }, { text: '😀'.repeat(4_096) }, { text: '&amp;'.repeat(4_096), parse_mode: 'HTML' }])(
    'of 4,096 characters is accepted',
    async (parameters) => {
      expect(await say(parameters)).toMatchObject({ status: 200 });
      expect([...(sandbox.inbox.all()[0]?.text ?? '')]).toHaveLength(4_096);
    },
  );
});

describe('the link of a button', () => {
  const link = (url: string) => say(button({ text: 'Go', url }));

  it.each([
    'https://example.com/?a=1&b=2#c',
    'HTTP://example.com',
    'example.com',
    'user:word@example.com:8080/a',
    'bücher.example',
    'mailto:ann@example.com',
    'a%20b.example',
    'https://[2001:db8::1]:443/',
    'https://127.0.0.1/',
    'https://example.com/ a\nb',
    'tg://user?id=7',
    'tg:resolve?domain=example',
    'ton://transfer/x',
    'tonsite://a.b',
  ])('%s is accepted', async (url) => {
    expect(await link(url)).toMatchObject({ status: 200 });
  });

  it.each([
    ['localhost', 'Wrong HTTP URL'],
    ['https://localhost:8080/a.b', 'Wrong HTTP URL'],
    ['ftp://example.com', 'Unsupported URL protocol'],
    ['javascript:alert(1)', 'Wrong port number specified in the URL'],
    ['https://example.com:0/', 'Wrong port number specified in the URL'],
    ['https://example.com:65536/', 'Wrong port number specified in the URL'],
    ['https://', 'URL host is empty'],
    ['/path', 'URL host is empty'],
    ['https://./', 'Host is invalid'],
    ['https://exa mple.com', 'Disallowed character in URL host'],
    ['https://example.com\\a', 'Disallowed character in URL host'],
    ['https://a%2.example', 'Wrong percent-encoded symbol in URL host'],
    ['https://a"b@example.com', 'Disallowed character in URL userinfo'],
    ['https://[::g]/', 'Wrong IPv6 address specified in the URL'],
    ['tg://https://example.com', 'Wrong tg URL'],
    ['tg://user:7', 'Wrong tg URL'],
    ['ton://a@b', 'Wrong ton URL'],
    ['tg://a.b', 'Unallowed characters in URL host'],
  ])('%s is refused', async (url, problem) => {
    await expectRefusal(link(url), 400, `Bad Request: inline keyboard button URL '${url}' is invalid: ${problem}`);
  });
});

describe('a message of odd types', () => {
  it.each<[object, string]>([
    [{ text: 7 }, '7'],
    [{ disable_notification: 'yes', protect_content: 7, message_thread_id: 'x' }, 'Hi'],
    [{ reply_markup: {} }, 'Hi'],
    [{ reply_markup: { inline_keyboard: [] } }, 'Hi'],
    [button({ text: 7, callback_data: 'x'.repeat(64) }), 'Hi'],
    [button({ text: 'Pay', pay: true, style: 'danger' }), 'Hi'],
    [{ text: ` ${'x'.repeat(4_096)}\n` }, ` ${'x'.repeat(4_096)}\n`],
  ])('is accepted as by Telegram: %o', async (parameters, text) => {
    expect(await say(parameters)).toMatchObject({ status: 200 });
    expect(sandbox.inbox.all()).toMatchObject([{ text }]);
  });
});

describe('a photo', () => {
  const send = (parameters: object) => call('sendPhoto', { chat_id: 7, photo: 'https://example.com/a.png', ...parameters });

  it.each<[object, string]>([
    [{ photo: undefined }, 'wrong file identifier/HTTP URL specified'],
    [{ photo: 'ftp://example.com/a.png' }, 'wrong file identifier/HTTP URL specified'],
    [{ caption: 'x'.repeat(1_025) }, 'message caption is too long'],
    [{ text: 'Hi' }, 'there is no parameter "text" here'],
    [{ caption: '<p>', parse_mode: 'HTML' }, 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'],
  ])('%o is refused', async (parameters, problem) => {
    await expectRefusal(send(parameters), 400, `Bad Request: ${problem}`);
  });

  it('without bytes is refused, and one with bytes is in the inbox', async () => {
    const upload = (bytes: string): Promise<Reply> => {
      const form = new FormData();
      form.append('chat_id', '7');
      form.append('photo', new File([bytes], 'a.png', { type: 'image/png' }));
      return post(`${bot()}/sendPhoto`, { body: form });
    };
    await expectRefusal(upload(''), 400, 'Bad Request: wrong file identifier/HTTP URL specified');
    expect(await upload('\u0000\r\n--x')).toMatchObject({ status: 200 });
    const [file] = sandbox.inbox.all()[0]?.attachments ?? [];
    expect(file).toMatchObject({ filename: 'a.png', contentType: 'image/png' });
    expect(Buffer.from(file?.content ?? []).toString()).toBe('\u0000\r\n--x');
  });
});

describe('HTML', () => {
  const text = (html: string) => say({ text: html, parse_mode: 'HTML' });

  it.each([
    ['<b>a</b> <i>b</i> <u>c</u> <s>d</s> <code>e</code>', 'a b c d e'],
    ['<strong>a</strong><em>b</em><ins>c</ins><strike>d</strike><del>e</del>', 'abcde'],
    ['<a href="https://example.com/?a=1&amp;b=>">link</a>', 'link'],
    ["<a href='x>y'>link</a><a href=x-y.z>link</a>", 'linklink'],
    ['<pre><code class="language-ts">let a;</code></pre>', 'let a;'],
    ['<blockquote>a</blockquote><blockquote expandable>b</blockquote>', 'ab'],
    ['<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler><tg-emoji emoji-id="5">👍</tg-emoji>', 'ab👍'],
    ['<B>a</b><b >c</b ><b>d</>', 'acd'],
    ['<tg-time unix="1800000000" format="wDT">a</tg-time><tg-time unix=1 format=r>b</tg-time><tg-time>c</tg-time>', 'abc'],
    ['<tg-time unix="soon" format="">a</tg-time><tg-time format="x"></tg-time>', 'a'],
    ['<tg-emoji emoji-id="-5">a</tg-emoji><tg-emoji emoji-id="x"></tg-emoji>', 'a'],
    ['<b style="x" onclick>a</b><blockquote EXPANDABLE cite=x>b</blockquote>', 'ab'],
    ['<a href="javascript:alert(1)">a</a><a>b</a><a HREF="x">c</a>', 'abc'],
    ['<a title="1 > 0" \u00a0=x>a</a>', 'a'],
    ['a\nb', 'a\nb'],
    ['&lt;p&gt; &amp;amp; &quot;', '<p> &amp; "'],
    ['&#60;&#x3c;&#X3c;&#128512;', '<<&#X3c;😀'],
    ['&lt &ampersand &amp', '< &ampersand &'],
    ['&nbsp;&apos;&copy;&LT;&toString;', '&nbsp;&apos;&copy;&LT;&toString;'],
    ['&#0;&#1114111;&#99999999;&#x1111111;& &; &#; &#x;', '&#0;&#1114111;&#99999999;&#x1111111;& &; &#; &#x;'],
    ['&#0000065;&#00000065;&#x000041;&#x0000041;', 'A&#00000065;A&#x0000041;'],
    ['&l<b></b>t;', '&lt;'],
  ])('%s shows %s', async (html, shown) => {
    expect(await text(html)).toMatchObject({ status: 200 });
    expect(sandbox.inbox.all()).toMatchObject([{ text: shown, html }]);
  });

  it.each([
    ['<p>a</p>', 'Unsupported start tag "p" at byte offset 0'],
    ['ö<br>', 'Unsupported start tag "br" at byte offset 2'],
    ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
    ['<h1>a</h1>', 'Unsupported start tag "h1" at byte offset 0'],
    ['<constructor>', 'Unsupported start tag "constructor" at byte offset 0'],
    ['<!-- a -->', 'Unsupported start tag "!--" at byte offset 0'],
    ['1 < 2 >', 'Unsupported start tag "" at byte offset 2'],
    ['1 <', 'Unclosed start tag at byte offset 2'],
    ['a <b', 'Unclosed start tag at byte offset 2'],
    ['<a href="x', 'Unclosed start tag at byte offset 0'],
    ['<a "x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
    ['<br/>', 'Unsupported start tag "br/" at byte offset 0'],
    ['<b/>', 'Unsupported start tag "b/" at byte offset 0'],
    ['<b ', 'Empty attribute name in the tag "b" at byte offset 0'],
    ['<b style="x>a</b>', 'Unclosed start tag at byte offset 0'],
    ['<b a=x"y">a</b>', 'Unexpected end of name token at byte offset 5'],
    ['<b a=', 'Unclosed start tag "b" at byte offset 0'],
    ['<b a ', 'Unclosed start tag "b" at byte offset 0'],
    ['<tg-emoji emoji-id="x">a</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-emoji emoji-id="9223372036854775808">a</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-emoji>a</tg-emoji>', 'Invalid custom emoji identifier specified'],
    ['<tg-time unix="1" format="rT">a</tg-time>', 'Invalid date format used'],
    ['<tg-time unix="0" format="x">a</tg-time>', 'Invalid date format used'],
    ['&#xd83d;&#xde00;', 'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units'],
    ['<span>a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<b>a', 'Can\'t find end tag corresponding to start tag "b"'],
    ['a</b>', 'Unexpected end tag at byte offset 1'],
    ['<b>a</b', 'Unclosed end tag at byte offset 4'],
    ['<b><i>a</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ])('%s is refused', async (html, problem) => {
    await expectRefusal(text(html), 400, `Bad Request: can't parse entities: ${problem}`);
  });
});

describe('MarkdownV2', () => {
  const text = (markdown: string) => say({ text: markdown, parse_mode: 'MarkdownV2' });

  it.each([
    ['*a* _b_ __c__ ~d~ ||e|| `f`', 'a b c d e f'],
    ['*_a_ b*', 'a b'],
    ['[link](https://example.com/\\)x) z', 'link z'],
    ['[*a*](x)', 'a'],
    ['[link] a', 'link a'],
    ['![👍](tg://emoji?id=5)', '👍'],
    ['```\na * b\n```', 'a * b\n'],
    ['```ts\nlet a;```', 'let a;'],
    ['`a \\` * b \\\\`', 'a ` * b \\'],
    ['>a\n>b\nc', 'a\nb\nc'],
    ['>a\n>b||', 'a\nb'],
    ['>*a*\n**>b\n>c||\nd', 'a\nb\nc\nd'],
    ['a\r\n>b||\r\nc', 'a\r\nb\r\nc'],
    ['![at noon](tg://time?unix=1800000000&format=wDT)', 'at noon'],
    ['![👍](tg:emoji?id\\=5)', '👍'],
    ['\\_\\*\\[\\]\\(\\)\\~\\`\\>\\#\\+\\-\\=\\|\\{\\}\\.\\!\\\\', '_*[]()~`>#+-=|{}.!\\'],
    ['a\\b \\ö', 'ab \\ö'],
  ])('%s shows %s', async (markdown, shown) => {
    expect(await text(markdown)).toMatchObject({ status: 200 });
    expect(sandbox.inbox.all().map((message) => message.text)).toEqual([shown]);
  });

  it.each(['#', '+', '-', '=', '{', '}', '.', '!', '(', ')', ']', '>', '|'])('%s must be escaped', async (character) => {
    const problem = `Character '${character}' is reserved and must be escaped with the preceding '\\'`;
    await expectRefusal(text(`a${character} b`), 400, `Bad Request: can't parse entities: ${problem}`);
  });

  it.each([
    ['ö *a', "Can't find end of Bold entity at byte offset 3"],
    ['_a', "Can't find end of Italic entity at byte offset 0"],
    ['*_a*', "Can't find end of Bold entity at byte offset 3"],
    ['_a__b_', "Can't find end of Italic entity at byte offset 5"],
    ['`a', "Can't find end of Code entity at byte offset 0"],
    ['```a`', "Can't find end of Code entity at byte offset 4"],
    ['[a](x', "Can't find end of a URL at byte offset 4"],
    ['![a](x)', 'Invalid tg://emoji or tg://time URL specified'],
    ['![a](tg://emoji?id=0)', 'Invalid tg://emoji or tg://time URL specified'],
    ['![a](tg://time?unix=0)', 'Invalid tg://emoji or tg://time URL specified'],
    ['![a]', 'The entity must contain a tg://emoji or tg://time URL'],
    ['![a](x', "Can't find end of a URL at byte offset 5"],
    ['>*a\nb*', "Can't find end of Bold entity at byte offset 1"],
    ['>||a\nb||', "Can't find end of Spoiler entity at byte offset 1"],
  ])('%s is refused', async (markdown, problem) => {
    await expectRefusal(text(markdown), 400, `Bad Request: can't parse entities: ${problem}`);
  });
});

describe('a fault', () => {
  const strike = (fault: HttpFault): Promise<Reply> => {
    sandbox.telegram.fail(fault);
    return say({});
  };
  const inbox = () => sandbox.inbox.all().length;

  it.each([
    ['head', 0],
    ['request', 0],
    ['taken', 1],
  ] as const)('at %s replies, closes the connection, waits, or gives no answer; the inbox has %i', async (at, taken) => {
    expect(await strike({ at, reply: { status: 418, body: { teapot: true }, headers: { 'retry-after': '9' } } })).toEqual({
      status: 418,
      retryAfter: '9',
      body: { teapot: true },
    });
    expect(inbox()).toBe(taken);
    await expect(strike({ at, drop: true })).rejects.toThrow('fetch failed');
    expect(inbox()).toBe(2 * taken);
    expect(await strike({ at, delayMs: 1 })).toMatchObject({ status: 200 });
    expect(inbox()).toBe(2 * taken + 1);

    sandbox.telegram.fail({ at, silent: true });
    const impatient = new AbortController();
    const body = new URLSearchParams({ chat_id: '7', text: 'Hi' });
    const before = sandbox.telegram.requests();
    const waiting = expect(post(`${bot()}/sendMessage`, { body, signal: impatient.signal })).rejects.toThrow();
    await expect.poll(() => sandbox.telegram.requests()).toBe(before + 1);
    if (at === 'taken') await sandbox.inbox.waitFor(2 * taken + 2);
    impatient.abort();
    await waiting;
    expect(inbox()).toBe(3 * taken + 1);
  });

  it('waits as long as it says', async () => {
    const start = performance.now();
    await strike({ delayMs: 50 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });

  it('strikes the request by default, once, and its method only', async () => {
    sandbox.telegram.fail({ drop: true, method: 'sendMessage' });
    expect(await call('getMe')).toMatchObject({ status: 200 });
    await expect(say({})).rejects.toThrow();
    expect(await say({})).toMatchObject({ status: 200 });
  });

  it('strikes as often as it says, until it is removed', async () => {
    sandbox.telegram.refuse({ error_code: 500, description: 'Internal Server Error' }, { times: 2 });
    expect([await say({}), await say({}), await say({})].map(({ status }) => status)).toEqual([500, 500, 200]);
    const lift = sandbox.telegram.refuse({ error_code: 500, description: 'x' }, { times: Number.POSITIVE_INFINITY });
    expect(await say({})).toMatchObject({ status: 500 });
    lift();
    expect(await say({})).toMatchObject({ status: 200 });
    sandbox.telegram.refuse({ error_code: 500, description: 'x' }, { times: Number.POSITIVE_INFINITY });
    sandbox.telegram.heal();
    expect(await say({})).toMatchObject({ status: 200 });
  });

  it('of the Bot API has its description, its parameters and a header', async () => {
    const error = { error_code: 429, description: 'Too Many Requests: retry after 7', parameters: { retry_after: 7 } };
    sandbox.telegram.refuse(error);
    expect(await say({})).toEqual({ status: 429, retryAfter: '7', body: { ok: false, ...error } });
  });

  it('can strike by chance, the same for the same seed', async () => {
    const struck = async (): Promise<readonly number[]> => {
      await using other = await startSandbox({ protocols: ['telegram'], seed: 7 });
      other.telegram.fail({ reply: { status: 500 }, chance: 0.5, times: Number.POSITIVE_INFINITY });
      const { apiRoot, token } = other.telegram.options;
      const ask = async (): Promise<number> => (await fetch(`${apiRoot}/bot${token}/getMe`, { headers: { connection: 'close' } })).status;
      const statuses: number[] = [];
      for (let times = 0; times < 20; times += 1) statuses.push(await ask());
      return statuses;
    };
    const first = await struck();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await struck()).toEqual(first);
  });

  it.each<[object, string]>([
    [{}, 'A fault needs exactly one of `reply`, `drop`, `silent`, `delayMs`. It has none.'],
    [{ drop: undefined }, 'It has none.'],
    [{ drop: true, silent: true }, 'It has `drop`, `silent`.'],
    [{ drop: false }, '`drop`'],
    [{ silent: 'yes' }, '`silent`'],
    [{ delayMs: -1 }, '`delayMs`'],
    [{ delayMs: Number.NaN }, '`delayMs`'],
    [{ delayMs: 2 ** 31 }, '`delayMs`'],
    [{ delayMs: '20' }, '`delayMs`'],
    [{ reply: null }, '`reply`'],
    [{ reply: 500 }, '`reply`'],
    [{ reply: {} }, '`reply.status`'],
    [{ reply: { status: 99 } }, '`reply.status`'],
    [{ reply: { status: 600 } }, '`reply.status`'],
    [{ reply: { status: '500' } }, '`reply.status`'],
    [{ drop: true, at: 'body' }, '`at`'],
    [{ drop: true, times: 0 }, '`times`'],
    [{ drop: true, times: 1.5 }, '`times`'],
    [{ drop: true, times: Number.NaN }, '`times`'],
    [{ drop: true, chance: 2 }, '`chance`'],
    [{ drop: true, chance: Number.NaN }, '`chance`'],
    [{ drop: true, method: 7 }, '`method`'],
    [{ drop: true, method: '' }, '`method`'],
    [{ drop: true, skip: -1 }, '`skip`'],
    [{ drop: true, skip: 0.5 }, '`skip`'],
    [{ drop: true, to: '7' }, '`to`'],
  ])('that is wrong is refused with an ArgumentError that names the field: %o', async (fault, words) => {
    const error = { name: 'ArgumentError', message: expect.stringContaining(words) };
    expect(() => sandbox.telegram.fail(fault as HttpFault)).toThrow(expect.objectContaining(error));
    expect(await say({})).toMatchObject({ status: 200 });
  });

  it.each([undefined, 99, 600, '500'])('of the Bot API cannot have the error_code %j', (code) => {
    const error = { error_code: code as number, description: 'No' };
    expect(() => sandbox.telegram.refuse(error)).toThrow(expect.objectContaining({ name: 'ArgumentError', field: 'error_code' }));
  });

  it('lets as many requests pass first as `skip` says, and no other fault strikes them', async () => {
    sandbox.telegram.fail({ reply: { status: 503, body: {} }, skip: 2, times: 2 });
    sandbox.telegram.fail({ reply: { status: 504, body: {} } });
    const statuses: number[] = [];
    for (let times = 0; times < 6; times += 1) statuses.push((await say({})).status);
    expect(statuses).toEqual([200, 200, 503, 503, 504, 200]);
  });
});

describe('a limit', () => {
  it('allows as many messages as it says, and answers the rest with a 429 that says how long to wait', async () => {
    await using other = await startSandbox({ protocols: ['telegram'] });
    const lift = other.telegram.limit({ count: 3, perMs: 60_000 });
    const { apiRoot, token } = other.telegram.options;
    const ask = () => fetch(`${apiRoot}/bot${token}/sendMessage?chat_id=7&text=Hi`, { headers: { connection: 'close' } });
    const statuses: number[] = [];
    for (let times = 0; times < 4; times += 1) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(other.inbox.all()).toHaveLength(3);
    const limited = await ask();
    const wait = Number(limited.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    const description = `Too Many Requests: retry after ${wait}`;
    expect(await limited.json()).toEqual({ ok: false, error_code: 429, description, parameters: { retry_after: wait } });
    lift();
    expect((await ask()).status).toBe(200);
  });

  it.each([
    ['count', { perMs: 1_000 }],
    ['count', { count: 0, perMs: 1_000 }],
    ['perMs', { count: 1 }],
    ['perMs', { count: 1, perMs: 0.5 }],
    ['per', { count: 1, perMs: 1_000, per: 1 }],
  ])('with a wrong `%s` is refused with an ArgumentError: %j', (field, limit) => {
    const error = { name: 'ArgumentError', field };
    expect(() => sandbox.telegram.limit(limit as never)).toThrow(expect.objectContaining(error));
  });
});

describe('updates', () => {
  const get = async (parameters: object = {}): Promise<readonly { readonly update_id: number }[]> =>
    (await call('getUpdates', parameters)).body.result as never;

  it('wait until they are acknowledged', async () => {
    for (const text of ['a', 'b', 'c']) sandbox.telegram.update({ message: { text } });
    const all = await get();
    expect(all).toMatchObject([{ message: { text: 'a' } }, { message: { text: 'b' } }, { message: { text: 'c' } }]);
    expect(await get({ limit: 2 })).toEqual(all.slice(0, 2));
    expect(await get({ offset: all[1]?.update_id })).toEqual(all.slice(1));
    expect(await get({ offset: -1 })).toEqual(all.slice(2));
    expect(await get({ offset: (all[2]?.update_id as number) + 1 })).toEqual([]);
  });

  it('are refused while there is a webhook', async () => {
    sandbox.telegram.setWebhook('https://example.com/');
    expect(await call('getUpdates')).toMatchObject({ status: 409, body: { description: expect.stringContaining('webhook is active') } });
    sandbox.telegram.setWebhook('');
    expect(await call('getUpdates')).toMatchObject({ status: 200 });
  });

  it.each([{ offset: 'x' }, { limit: 'x' }, { allowed_updates: 'x' }, { from: 1 }])('%o is refused', async (parameters) => {
    expect(await call('getUpdates', parameters)).toMatchObject({ status: 400 });
  });
});
