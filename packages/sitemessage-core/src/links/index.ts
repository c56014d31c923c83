export type { LinkPurpose, LinkReader, LinkSecretOptions, LinkSubject, LinksOptions, LinkUser, SiteLinks } from './links.ts';
export { createLinkReader, createLinks } from './links.ts';
