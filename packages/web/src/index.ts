export type { WebHandler, WebSite } from './handler.ts';
export { createWebHandler } from './handler.ts';
export type { Language } from './language.ts';
export type { WebOptions } from './options.ts';
export type { Page } from './pages/page.ts';
export type { LinkedSubscription } from './subscription.ts';
