/** Statuses of a dispatch, with the left upper corner of their boxes. */
const boxes = {
  pending: [20, 172],
  processing: [286, 172],
  error: [286, 66],
  skipped: [590, 66],
  failed: [590, 172],
  sent: [590, 278],
} as const satisfies Readonly<Record<string, readonly [x: number, y: number]>>;

type Status = keyof typeof boxes;

const final: ReadonlySet<string> = new Set<Status>(['sent', 'failed', 'skipped']);
const [width, height] = [112, 40];

interface Transition {
  /** `''` is the time before the dispatch is stored. */
  readonly from: Status | '';
  readonly to: Status;
  /** Words on the arrow. */
  readonly label: string;
  /** Place of the label, and its anchor. Default: `middle`. */
  readonly at: readonly [x: number, y: number, anchor?: 'start' | 'end'];
  /** An SVG path that begins at the box `from` and ends at the box `to`. */
  readonly path: string;
}

/** Every change of a status. A test observes each of them, and no other. */
export const transitions: readonly Transition[] = [
  { from: '', to: 'pending', label: 'scheduled', at: [46, 128, 'start'], path: 'M34 124 L34 172' },
  { from: 'pending', to: 'processing', label: 'claimed', at: [209, 180], path: 'M132 186 L286 186' },
  { from: 'processing', to: 'pending', label: 'given back', at: [209, 216], path: 'M286 200 L132 200' },
  { from: 'processing', to: 'error', label: 'transient error', at: [316, 144, 'end'], path: 'M324 172 L324 106' },
  { from: 'error', to: 'processing', label: 'claimed', at: [368, 144, 'start'], path: 'M360 106 L360 172' },
  { from: 'processing', to: 'processing', label: 'lease lost', at: [342, 262], path: 'M324 212 C324 256 360 256 360 212' },
  { from: 'processing', to: 'sent', label: 'sent', at: [520, 238], path: 'M398 204 L590 290' },
  { from: 'processing', to: 'failed', label: 'refused', at: [510, 186], path: 'M398 192 L590 192' },
  { from: 'processing', to: 'skipped', label: 'expired, suppressed', at: [536, 138, 'start'], path: 'M398 180 L590 96' },
  { from: 'failed', to: 'pending', label: '', at: [0, 0], path: 'M702 192 L730 192 L730 352 L76 352 L76 212' },
  { from: 'skipped', to: 'pending', label: 'requeued', at: [400, 345], path: 'M702 86 L730 86 L730 352 L76 352 L76 212' },
  { from: 'pending', to: 'skipped', label: 'cancelled', at: [342, 20], path: 'M122 172 L122 28 L646 28 L646 66' },
  { from: 'error', to: 'skipped', label: 'cancelled', at: [494, 80], path: 'M398 86 L590 86' },
];

/** Draws the statuses as boxes and the transitions as arrows. */
export function drawLifecycle(): string {
  const arrows = transitions.flatMap(({ from, to, label, at: [x, y, anchor = 'middle'], path }) => [
    `  <path d="${path}" marker-end="url(#head)"><title>${from || 'nothing'} to ${to}</title></path>`,
    ...(label === '' ? [] : [`  <text class="label" x="${x}" y="${y}" text-anchor="${anchor}">${label}</text>`]),
  ]);
  const drawn = Object.entries(boxes).map(
    ([
      status,
      [x, y],
    ]) => `  <rect${final.has(status) ? ' class="final"' : ''} x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>
  <text class="name" x="${x + width / 2}" y="${y + 25}" text-anchor="middle">${status}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 744 364" width="744" height="364" role="img" aria-label="The statuses of a dispatch and the changes between them. The table below the picture has the same as text.">
  <style>
    svg { color-scheme: light dark; }
    rect { fill: #ddf4ff; stroke: #0969da; }
    rect.final { fill: #f6f8fa; stroke: #57606a; stroke-width: 2; }
    text { font: 13px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }
    .name { font-weight: 600; }
    .label { font-size: 12px; fill: #57606a; }
    path { fill: none; stroke: #57606a; }
    circle, marker path { fill: #57606a; stroke: none; }
    @media (prefers-color-scheme: dark) {
      rect { fill: #12314f; stroke: #58a6ff; }
      rect.final { fill: #21262d; stroke: #9198a1; }
      text { fill: #e6edf3; }
      .label { fill: #9198a1; }
      path { stroke: #9198a1; }
      circle, marker path { fill: #9198a1; }
    }
  </style>
  <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>
  <circle cx="34" cy="122" r="5"/>
${arrows.join('\n')}
${drawn.join('\n')}
</svg>
`;
}
