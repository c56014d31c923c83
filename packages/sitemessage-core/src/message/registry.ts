import { ConfigurationError } from '../errors.ts';
import { emailHtml, emailPlain } from './email.ts';
import type { AnyMessageType } from './message-type.ts';
import { plain } from './plain.ts';

/** The message types of one site, by alias. The built-in ones are always there. */
export interface MessageTypes {
  register(types: readonly AnyMessageType[]): void;
  find(alias: string): AnyMessageType | undefined;
  aliases(): readonly string[];
}

export function createMessageTypes(): MessageTypes {
  const types = new Map<string, AnyMessageType>();

  const register = (added: readonly AnyMessageType[]): void => {
    for (const type of added) {
      const holder = types.get(type.alias);
      if (holder && holder !== type) {
        throw new ConfigurationError(
          `Two message types have the alias "${type.alias}" ("${holder.title}" and "${type.title}"); rename one of them.`,
          {
            code: 'message_type_taken',
          },
        );
      }
      types.set(type.alias, type);
    }
  };

  register([plain, emailPlain, emailHtml]);
  return { register, find: (alias) => types.get(alias), aliases: () => [...types.keys()] };
}
