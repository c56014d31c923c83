/**
 * The messengers that are installed, by alias. Each package adds itself by declaration merging when it is imported:
 *
 * ```ts
 * declare module '@sitemessage/core' {
 *   interface RegisteredMessengers {
 *     telegram: { address: number | `@${string}`; options: TelegramOptions };
 *   }
 * }
 * ```
 *
 * `address` is what `recipients('telegram', ...)` takes, `options` what `createSitemessage({ messengers: { telegram: ... } })` takes.
 * `import type` brings the types alone and registers nothing.
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by the messenger packages
export interface RegisteredMessengers {}

export type RegisteredAlias = keyof RegisteredMessengers & string;

export type AddressOf<Alias extends RegisteredAlias> = RegisteredMessengers[Alias] extends { address: infer Address } ? Address : never;

export type OptionsOf<Alias extends RegisteredAlias> = RegisteredMessengers[Alias] extends { options: infer Options } ? Options : never;
