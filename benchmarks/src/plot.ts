const width = 720;
const labelWidth = 330;
const barHeight = 18;
const gap = 6;
const chartGap = 34;

/**
 * Draws the figures of a table as an SVG: one bar chart for each column, readable on light and dark
 * backgrounds.
 */
export function plot(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const charts = columns.slice(1).map((column, index) => chart(column, rows, index + 1));
  const height = charts.reduce((sum, one) => sum + one.height, 0);
  let top = 0;
  const placed = charts.map(({ svg, height }) => {
    const group = `<g transform="translate(0 ${top})">${svg}</g>`;
    top += height;
    return group;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>text { fill: #24292f } .bar { fill: #9aa7b4 } .ours { fill: #1f77b4 } @media (prefers-color-scheme: dark) { text { fill: #d0d7de } .bar { fill: #57606a } .ours { fill: #58a6ff } }</style>
${placed.join('\n')}
</svg>
`;
}

function chart(title: string, rows: readonly (readonly string[])[], column: number): { readonly svg: string; readonly height: number } {
  const values = rows.map((row) => Number(row[column]));
  const longest = width - labelWidth - 70;
  const bars = rows.map((row, index) => {
    const value = values[index] as number;
    const y = 24 + index * (barHeight + gap);
    const length = Math.max(1, (value / Math.max(...values)) * longest);
    const kind = row[0] === 'sitemessage' ? 'bar ours' : 'bar';
    return `<text x="${labelWidth - 8}" y="${y + 13}" text-anchor="end">${escaped(row[0] as string)}</text><rect class="${kind}" x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}"/><text x="${labelWidth + length + 6}" y="${y + 13}">${value.toLocaleString('en')}</text>`;
  });
  return {
    svg: `<text x="${labelWidth}" y="14" font-weight="600">${escaped(title)}</text>${bars.join('')}`,
    height: 24 + rows.length * (barHeight + gap) + chartGap,
  };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
