import { defineConfig } from 'vitepress';
import { linksOfTheSite, slugify } from '../markdown.ts';
import { sidebar } from '../sidebar.ts';

const repository = 'https://github.com/sitemessage/sitemessage';
const { DOCS_BASE: base = '/', DOCS_SOURCE_URL: sourceUrl } = process.env;

export default defineConfig({
  title: 'sitemessage',
  description: 'Schedule messages, store them, and send them through any protocol',
  lang: 'en',
  base,
  cleanUrls: true,
  themeConfig: {
    sidebar: sidebar(),
    outline: [2, 3],
    search: {
      provider: 'local',
      // The reference names everything. Without a lower weight it would come before the page that explains a name.
      options: { miniSearch: { searchOptions: { boostDocument: (id: string) => (id.startsWith('/api/') ? 0.3 : 1) } } },
    },
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Errors', link: '/errors' },
      { text: 'API', link: '/api/@sitemessage/core' },
    ],
    socialLinks: [{ icon: 'github', link: repository }],
  },
  // The search index is one file, and so is the reference of core.
  vite: { build: { chunkSizeWarningLimit: 2_000 } },
  markdown: {
    anchor: { slugify },
    config: (markdown) => linksOfTheSite(markdown, sourceUrl),
  },
});
