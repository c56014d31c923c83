import { type Element, xml } from '@xmpp/client';
import { ns } from './namespaces.ts';

interface Question {
  /** How many of our stanzas the server has to have taken. */
  readonly stanzas: number;
  readonly onTaken: () => void;
}

/**
 * Stream management (XEP-0198): the server says how many of our stanzas it has taken. No stream is resumed. The
 * library's own implementation keeps every stanza in memory, and asks only after a pause of 250 ms.
 */
export class Management {
  readonly #write: (markup: string) => void;
  readonly #answered: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #isOffered = false;
  #isEnabled = false;
  #sent = 0;
  #received = 0;
  #questions: Question[] = [];

  constructor(write: (markup: string) => void) {
    this.#write = write;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Notes that the server offers it. */
  offer(): void {
    this.#isOffered = true;
  }

  /** Resolves when the server has answered. It may refuse. */
  async enable(): Promise<void> {
    if (!this.#isOffered) return;
    this.#sent = 0;
    this.#write(xml('enable', { xmlns: ns.management }).toString());
    await this.#answered.promise;
  }

  /** Counts stanzas that are being written. */
  count(stanzas: number): void {
    this.#sent += stanzas;
  }

  /** Returns the question to write behind so many stanzas. The server answers it when it has taken them. */
  ask(stanzas: number, onTaken: () => void): Element {
    this.#questions.push({ stanzas: this.#sent + stanzas, onTaken });
    return xml('r', { xmlns: ns.management });
  }

  /** Says how many stanzas have come, so that the server keeps none of them for us. */
  acknowledge(): void {
    if (this.#isEnabled) this.#write(xml('a', { xmlns: ns.management, h: String(this.#received) }).toString());
  }

  /** Returns true for an element of stream management. Nobody else may see it. */
  meet(element: Element): boolean {
    if (element.getNS() !== ns.management) {
      if (['iq', 'message', 'presence'].includes(element.name)) this.#received += 1;
      return false;
    }
    if (element.name === 'enabled' || element.name === 'failed') this.#settle(element.name === 'enabled');
    else if (element.name === 'r') this.acknowledge();
    else if (this.#isEnabled && element.name === 'a') this.#take(Number(element.attrs.h));
    return true;
  }

  #settle(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.#received = 0;
    this.#answered.resolve();
  }

  /** Ignores a count that is no number, or larger than the number of stanzas that were sent. */
  #take(stanzas: number): void {
    if (!(stanzas <= this.#sent)) return;
    const taken = this.#questions.filter((question) => question.stanzas <= stanzas);
    this.#questions = this.#questions.slice(taken.length);
    for (const { onTaken } of taken) onTaken();
  }
}
