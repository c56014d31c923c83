/** The entry `@sitemessage/http/plain-text`: HTML as plain text. */
import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { Layout } from './plain-text/layout.ts';

const set = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Elements with an empty line before and after them. */
const paragraphs = set('dl fieldset figure h1 h2 h3 h4 h5 h6 hr p pre');
/** Elements that begin and end a line. */
const blocks = set(
  'address article aside body caption center dd details dialog dir div dt figcaption footer form header hgroup legend li main menu nav option section summary table tbody tfoot thead tr',
);
/** Elements whose content is not shown. */
const hidden = set('iframe noembed noframes script style template title');
const rule = '-'.repeat(40);

/**
 * Returns the text of HTML. Letters stay as they are. Paragraphs have an empty line between them, the cells
 * of a row two spaces, and the items of a list a marker. A link has its URL behind it in brackets. Images
 * are left out. The time is proportional to the length, also for deeply nested elements.
 */
export function toPlainText(html: string): string {
  const reader = new Reader(html);
  const tokenizer = new Tokenizer({}, reader);
  tokenizer.write(html);
  tokenizer.end();
  return reader.text();
}

class Reader implements TokenizerCallbacks {
  readonly #html: string;
  readonly #layout = new Layout();
  #tag = '';
  #attribute = '';
  readonly #values = new Map<string, string>();
  #tables = 0;
  #preformatted = 0;
  /** True right after `<pre>`: a line break there is not shown. */
  #isPreformattedStart = false;
  #link: { readonly url: string; text: string } | undefined;
  #hiddenBy: { readonly tag: string; depth: number } | undefined;

  constructor(html: string) {
    this.#html = html;
  }

  text(): string {
    this.#closeLink();
    return this.#layout.toString();
  }

  ontext(start: number, end: number): void {
    this.#write(this.#html.slice(start, end));
  }

  ontextentity(codePoint: number): void {
    this.#write(String.fromCodePoint(codePoint));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#values.clear();
  }

  onattribname(start: number, end: number): void {
    const name = this.#html.slice(start, end).toLowerCase();
    const isRead = (name === 'href' || name === 'start') && !this.#values.has(name);
    this.#attribute = isRead ? name : '';
  }

  onattribdata(start: number, end: number): void {
    this.#addToValue(this.#html.slice(start, end));
  }

  onattribentity(codePoint: number): void {
    this.#addToValue(String.fromCodePoint(codePoint));
  }

  onopentagend(): void {
    if (this.#hiddenBy) this.#hiddenBy.depth += Number(this.#hiddenBy.tag === this.#tag);
    else if (hidden.has(this.#tag)) this.#hiddenBy = { tag: this.#tag, depth: 1 };
    else this.#open(this.#tag);
  }

  onselfclosingtag(): void {
    if (!this.#hiddenBy && !hidden.has(this.#tag)) this.#open(this.#tag);
  }

  onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase();
    if (!this.#hiddenBy) this.#close(tag);
    else if (this.#hiddenBy.tag === tag) this.#hiddenBy.depth -= 1;
    if (this.#hiddenBy?.depth === 0) this.#hiddenBy = undefined;
  }

  // Parts of HTML that are not shown.
  onattribend(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #open(tag: string): void {
    if (tag === 'br') this.#layout.break();
    else if (tag === 'a') this.#openLink();
    else if (tag === 'td' || tag === 'th') this.#layout.cell();
    else if (tag === 'ul' || tag === 'ol') this.#layout.openList(tag === 'ol', readStart(this.#values.get('start')));
    else if (tag === 'li') this.#layout.item();
    else if (tag === 'blockquote') this.#layout.openQuote();
    else this.#breakFor(tag);

    if (tag === 'table') this.#tables += 1;
    if (tag === 'pre') {
      this.#preformatted += 1;
      this.#isPreformattedStart = true;
    }
    if (tag === 'hr') {
      this.#layout.write(rule);
      this.#breakFor(tag);
    }
  }

  #close(tag: string): void {
    if (tag === 'table') this.#tables = Math.max(0, this.#tables - 1);
    if (tag === 'pre') this.#preformatted = Math.max(0, this.#preformatted - 1);

    if (tag === 'a') this.#closeLink();
    else if (tag === 'ul' || tag === 'ol') this.#layout.closeList();
    else if (tag === 'blockquote') this.#layout.closeQuote();
    else this.#breakFor(tag);
  }

  #breakFor(tag: string): void {
    if (paragraphs.has(tag) || (tag === 'table' && this.#tables === 0)) this.#layout.breakTo(2);
    else if (blocks.has(tag)) this.#layout.breakTo(1);
  }

  #write(text: string): void {
    if (this.#hiddenBy) return;
    if (this.#link) this.#link.text += text;
    if (this.#preformatted === 0) {
      this.#layout.write(text);
    } else {
      this.#layout.writePreformatted(this.#isPreformattedStart ? text.replace(/^\r?\n/, '') : text);
      this.#isPreformattedStart = false;
    }
  }

  #addToValue(text: string): void {
    if (this.#attribute !== '') this.#values.set(this.#attribute, (this.#values.get(this.#attribute) ?? '') + text);
  }

  #openLink(): void {
    this.#closeLink();
    // Removes what a URL parser removes: line breaks and tabs, and spaces at both ends.
    const url = (this.#values.get('href') ?? '').replaceAll(/[\t\n\r]/g, '').trim();
    if (url !== '' && !url.startsWith('#')) this.#link = { url: url.replace(/^mailto:/i, ''), text: '' };
  }

  #closeLink(): void {
    const { url, text } = this.#link ?? { url: '', text: '' };
    this.#link = undefined;
    const shown = text.trim();
    if (url === '' || shown === url) return;
    if (shown === '') this.#layout.write(url);
    else this.#layout.append(` [${url}]`);
  }
}

const readStart = (value = ''): number => (/^-?\d{1,9}$/.test(value) ? Number(value) : 1);
