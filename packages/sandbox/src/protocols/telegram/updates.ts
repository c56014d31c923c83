import { checkNames, type Parameters, readInteger, readObject } from './parameters.ts';
import { badRequest, Refusal } from './refusal.ts';

/** What a bot is told: https://core.telegram.org/bots/api#update. */
interface Update {
  readonly update_id: number;
  readonly [what: string]: unknown;
}

/** Updates that nobody has acknowledged yet. */
export interface Updates {
  add(update: Readonly<Record<string, unknown>>): void;
  /** With a webhook, nobody else gets any. */
  setWebhook(url: string): void;
  get(parameters: Parameters): readonly Update[];
}

const firstId = 100_000;
const most = 100;

export function createUpdates(): Updates {
  let waiting: Update[] = [];
  let next = firstId;
  let webhook = '';
  return {
    add(update) {
      waiting.push({ update_id: next, ...update });
      next += 1;
    },
    setWebhook(url) {
      webhook = url;
    },
    get(parameters) {
      checkNames(parameters, ['offset', 'limit', 'timeout', 'allowed_updates']);
      if (webhook !== '') {
        throw new Refusal(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      }
      const offset = readInteger(parameters, 'offset') ?? 0;
      const limit = Math.min(most, readInteger(parameters, 'limit') ?? most);
      const allowed = readObject(parameters, 'allowed_updates');
      if (allowed !== undefined && !Array.isArray(allowed)) throw badRequest("can't parse allowed updates");
      // Whoever asks for what comes from this one on has read those before.
      if (offset > 0) waiting = waiting.filter(({ update_id }) => update_id >= offset);
      // So many from the end; those before are forgotten.
      else if (offset < 0) waiting = waiting.slice(offset);
      const wanted = waiting.filter((update) => !allowed?.length || allowed.some((kind: string) => kind in update));
      return wanted.slice(0, limit);
    },
  };
}
