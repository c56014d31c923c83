import { found } from './files.ts';
import { type Import, importsOf } from './imports.ts';

const source = 'packages/sitemessage-core/src/';

/** Rows of the picture, from the top. Imports run down this list, never up. */
export const stages: Readonly<Record<string, string>> = {
  'index.ts': 'the main entry: re-exports',
  site: 'createSitemessage and the methods of a site',
  manage: 'requeue, cancel, clean up, report, suppress',
  subscriptions: 'who wants to receive what',
  send: 'workers, rounds, pacing, the lifecycle',
  schedule: 'checks messages and recipients, stores dispatches',
  'fan-out': 'turns long lists into dispatches',
  links: '@sitemessage/core/links: signed links',
  recipients: 'addresses, users, ids',
  testing: '@sitemessage/core/testing: contracts, fake runtime',
  'context.ts': 'the parts of one site',
  memory: '@sitemessage/core/memory: the storage in memory',
  message: 'message types, rendering, JSON',
  'events.ts': 'what a site tells its listeners',
  'clock.ts': "the storage's clock",
  storage: '@sitemessage/core/storage: the port, helpers for authors',
  messenger: 'what a messenger is, the registry, sessions',
  leaves: 'errors, runtime, timeouts, validation, redaction',
};

/** Returns the row of a file: its folder, or the file itself. Files that import no folder are the leaves. */
function stageOf(file: string): string {
  const path = file.slice(source.length);
  const [first = ''] = path.split('/');
  return first in stages ? first : 'leaves';
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly isOfTypes: boolean;
}

/** Every import between two rows. An arrow is of types when all of its imports are. */
export function arrowsOfCore(): readonly Arrow[] {
  const imports = importsOf(`${source}**/*.ts`).filter(({ target }) => target.startsWith(source));
  const pairs = Map.groupBy(imports, ({ file, target }: Import) => `${stageOf(file)} ${stageOf(target)}`);
  return Array.from(pairs, ([pair, members]) => {
    const [from = '', to = ''] = pair.split(' ');
    return { from, to, isOfTypes: members.every(({ isOfTypes }) => isOfTypes) };
  }).filter(({ from, to }) => from !== to);
}

/** Folders and files of core that have no row. */
export const withoutStage = (): readonly string[] =>
  found(`${source}*/`)
    .map((folder) => folder.slice(source.length).replace(/\/$/, ''))
    .filter((folder) => folder !== 'redact' && !(folder in stages));

const [rowHeight, boxWidth, boxHeight, top] = [44, 430, 32, 12];

/** Draws the rows as boxes and the imports as arcs at their right. */
export function drawCore(arrows: readonly Arrow[]): string {
  const rows = Object.keys(stages);
  const middle = (stage: string): number => top + rows.indexOf(stage) * rowHeight + boxHeight / 2;
  const boxes = Object.entries(stages).map(([stage, text]) => {
    const y = middle(stage) - boxHeight / 2;
    return `  <rect x="8" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="6"/>
  <text x="20" y="${y + 21}"><tspan class="name">${stage}</tspan> <tspan class="role" dx="6">${text}</tspan></text>`;
  });
  const arcs = arrows
    .toSorted((one, other) => middle(one.from) - middle(other.from) || middle(one.to) - middle(other.to))
    .map(({ from, to, isOfTypes }) => {
      // Arcs leave a box below its middle and reach one above its middle, so that both ends stay apart.
      const [start, end] = [middle(from) + 5, middle(to) - 5];
      const reach = 8 + boxWidth + 24 + (end - start) * 0.42;
      const edge = 8 + boxWidth;
      return `  <path${isOfTypes ? ' class="types"' : ''} d="M${edge} ${start} C${reach.toFixed(0)} ${start} ${reach.toFixed(0)} ${end} ${edge + 6} ${end}" marker-end="url(#head)"><title>${from} imports ${to}${isOfTypes ? ' (types only)' : ''}</title></path>`;
    });
  const [width, height] = [760, top * 2 + rows.length * rowHeight];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The stages of core. Every import leads down.">
  <style>
    svg { color-scheme: light dark; }
    rect { fill: #f6f8fa; stroke: #8c959f; }
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }
    .name { font-weight: 600; }
    .role { fill: #57606a; font-size: 12px; }
    path { fill: none; stroke: #0969da; stroke-opacity: 0.55; }
    path.types { stroke-dasharray: 4 3; }
    marker path { fill: #0969da; stroke: none; }
    @media (prefers-color-scheme: dark) {
      rect { fill: #161b22; stroke: #6e7681; }
      text { fill: #e6edf3; }
      .role { fill: #9198a1; }
      path { stroke: #58a6ff; }
      marker path { fill: #58a6ff; }
    }
  </style>
  <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
${arcs.join('\n')}
${boxes.join('\n')}
</svg>
`;
}
