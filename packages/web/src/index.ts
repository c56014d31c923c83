export type { WebHandler } from './handler.ts';
export { createWebHandler } from './handler.ts';
export type { Language } from './language.ts';
export type { WebOptions, WebSite } from './options.ts';
export type { FormChoice, LinkedSubscription, Page } from './pages/page.ts';
