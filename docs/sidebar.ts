import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { manifestOf, packageFolders } from './entry-points.ts';

type Item = DefaultTheme.SidebarItem;

const page = (text: string, link: string): Item => ({ text, link });

const titleOf = (file: string): string => /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? file;

function messengers(): Item[] {
  const folder = join(import.meta.dirname, 'messengers');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.md')) : [];
  return files.sort().map((file) => page(titleOf(join(folder, file)), `/messengers/${file.replace(/\.md$/, '')}`));
}

/** Reads the list that TypeDoc wrote, because it numbers paths that differ in case only. Empty before the first build. */
function reference(): Item[] {
  const index = join(import.meta.dirname, 'api', 'index.md');
  const links = existsSync(index) ? readFileSync(index, 'utf8').matchAll(/^- \[(.+)\]\((.+)\.md\)$/gm) : [];
  return [...links].map(([, name = '', path = '']) => page(name, `/api/${path}`));
}

export const sidebar = (): Item[] => [
  {
    text: 'Begin',
    items: [
      page('What it is', '/'),
      page('Getting started', '/getting-started'),
      page('Compared with others', '/comparison'),
      page('Coming from django-sitemessage', '/coming-from-django-sitemessage'),
    ],
  },
  {
    text: 'Use',
    items: [
      page('Choosing a storage', '/choosing-a-storage'),
      page('Running workers', '/running-workers'),
      page('Subscriptions', '/subscriptions'),
      page('Templates', '/templates'),
      page('Personalising', '/personalising'),
      page('Languages', '/languages'),
      page('Testing your application', '/testing'),
      page('Logging and tracing', '/logging'),
      page('An administration page', '/administration'),
      page('The life of a dispatch', '/lifecycle'),
      page('Errors', '/errors'),
      page('Security', '/security'),
    ],
  },
  { text: 'Messengers', items: messengers() },
  {
    text: 'Extend',
    items: [page('Writing a messenger', '/writing-a-messenger'), page('Writing a storage', '/writing-a-storage')],
  },
  {
    text: 'Background',
    items: [page('Architecture', '/architecture'), page('Decisions', '/decisions'), page('Benchmarks', '/benchmarks')],
  },
  { text: 'Packages', collapsed: true, items: packageFolders.map((folder) => page(manifestOf(folder).name, `/packages/${folder}`)) },
  { text: 'API reference', collapsed: true, items: reference() },
];
