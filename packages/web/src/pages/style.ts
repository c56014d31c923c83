/** The CSS of the pages. The option `styles` may change its variables. */
export const style = `
:root {
  color-scheme: light dark;
  --sm-background: #f4f5f7;
  --sm-surface: #ffffff;
  --sm-text: #1b1f27;
  --sm-muted: #565e6c;
  --sm-border: #d3d7de;
  --sm-accent: #1d4ed8;
  --sm-on-accent: #ffffff;
  --sm-radius: 0.5rem;
  --sm-width: 34rem;
  --sm-font: system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --sm-background: #12151b;
    --sm-surface: #1b1f27;
    --sm-text: #eceef2;
    --sm-muted: #a9b1bf;
    --sm-border: #3a414e;
    --sm-accent: #93b4ff;
    --sm-on-accent: #0d1220;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--sm-background); color: var(--sm-text); font: 1rem/1.5 var(--sm-font); }
main { max-width: var(--sm-width); margin: 8vh auto; padding: 1.5rem; background: var(--sm-surface); border: 1px solid var(--sm-border); border-radius: var(--sm-radius); overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
form + p { margin-top: 1.5rem; }
.where { color: var(--sm-muted); }
.where strong { color: var(--sm-text); }
.notice { padding: 0.75rem 1rem; border: 1px solid var(--sm-accent); border-radius: var(--sm-radius); }
fieldset { margin: 0 0 1rem; padding: 0 0 0.5rem; border: 0 solid var(--sm-border); border-bottom-width: 1px; min-width: 0; }
legend { padding: 0; font-weight: 600; }
label { display: flex; gap: 0.75rem; align-items: center; min-height: 2.75rem; }
input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--sm-accent); }
button { min-height: 2.75rem; padding: 0.5rem 1.25rem; border: 1px solid var(--sm-accent); border-radius: var(--sm-radius); background: var(--sm-accent); color: var(--sm-on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button.quiet { background: transparent; color: var(--sm-accent); }
:focus-visible { outline: 3px solid var(--sm-accent); outline-offset: 2px; }
@media (max-width: 30rem) { main { margin: 0 auto; padding: 1rem; } button { width: 100%; } }
`;
