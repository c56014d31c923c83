export type { WebHandler } from './handler.ts';
export { createWebHandler } from './handler.ts';
export type { Language } from './language.ts';
export type { WebOptions } from './options/options.ts';
export type { Page } from './pages/page.ts';
export type { WebSite } from './site.ts';
export type { LinkedSubscription } from './subscription.ts';
