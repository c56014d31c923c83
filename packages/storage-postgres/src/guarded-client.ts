import { Client, type ClientConfig } from 'pg';
import { boundAnswers } from './answer-bound.ts';
import { hear } from './heard.ts';

/** A client of `pg` that neither an error that nobody waits for nor an endless answer can end the process with. */
export class GuardedClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    hear(this);
    boundAnswers(this.connection);
  }
}
