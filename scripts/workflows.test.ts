import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const github = join(import.meta.dirname, '../.github');
const folder = join(github, 'workflows');
const files = readdirSync(folder);

interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, unknown> }[];
}
interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: Record<string, string>;
  readonly concurrency?: unknown;
  readonly jobs: Record<string, Job>;
}

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const workflow = parse(text) as Workflow;
  const jobs = Object.entries(workflow.jobs);

  it('pins actions to a commit, and names the version', () => {
    const used = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(used).not.toEqual([]);
    for (const line of used) expect(line).toMatch(/^ +(- )?uses: [\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may only read, unless a job asks for more', () => {
    expect([{}, { contents: 'read' }]).toContainEqual(workflow.permissions);
  });

  it('never runs a stranger’s code with our rights, and knows no secret', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
    expect([...text.matchAll(/\bsecrets\b(?!\.GITHUB_TOKEN\b)/g)]).toEqual([]);
    // A title or a branch name that somebody else wrote would become part of the script.
    const scripts = jobs.flatMap(([, { steps }]) => steps).flatMap(({ run }) => run ?? []);
    expect(scripts).not.toEqual([]);
    for (const script of scripts) expect(script).not.toContain('${{');
  });

  it('leaves no credentials after the checkout', () => {
    const checkouts = jobs.flatMap(([, { steps }]) => steps).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).not.toEqual([]);
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });

  it('has a time limit', () => {
    expect(workflow.concurrency).toBeDefined();
    for (const [name, job] of jobs) expect([name, job['timeout-minutes']]).toEqual([name, expect.any(Number)]);
  });
});

describe('the workflow of a scaffolded package', () => {
  const text = readFileSync(join(import.meta.dirname, '../packages/create-messenger/templates/common/.github/workflows/ci.yml'), 'utf8');
  const steps = Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps);
  const usedIn = (text: string): readonly string[] => [...text.matchAll(/\buses: (.*)/g)].map(([, action = '']) => action);

  it('uses the same versions of actions as ours', () => {
    const ours = usedIn(readFileSync(join(folder, 'ci.yml'), 'utf8'));
    expect(usedIn(text)).not.toEqual([]);
    expect(ours).toEqual(expect.arrayContaining([...usedIn(text)]));
  });

  it('leaves no credentials after the checkout', () => {
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts).toMatchObject([{ with: { 'persist-credentials': false } }]);
  });
});

describe('the release', () => {
  const { jobs } = parse(readFileSync(join(folder, 'release.yml'), 'utf8')) as Workflow;

  it('is published by one job, which needs an approval', () => {
    const publishing = Object.entries(jobs).filter(([, { permissions }]) => permissions?.['id-token'] !== undefined);
    expect(publishing).toMatchObject([['publish', { environment: 'npm' }]]);
  });

  it('pins its tools: a new version could publish in our name before a review', () => {
    const steps = Object.values(jobs).flatMap(({ steps }) => steps);
    const scripts = steps.flatMap(({ run }) => run?.split('\n') ?? []);
    const tools = scripts.flatMap((line) => /\bnpm install --global (.+)/.exec(line)?.[1]?.split(' ') ?? []);
    expect(tools).not.toEqual([]);
    for (const tool of tools) expect(tool).toMatch(/^[\w-]+@\d+\.\d+\.\d+$/);
    expect(new Set(tools.filter((tool) => tool.startsWith('pnpm@'))).size).toBe(1);
    for (const line of scripts) expect(line).not.toMatch(/\bnpx\b|\bpnpm dlx\b/);
    const nodes = steps.flatMap(({ uses, with: options }) => (uses?.startsWith('actions/setup-node@') ? [options?.['node-version']] : []));
    expect(nodes).not.toEqual([]);
    for (const version of nodes) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    for (const line of scripts.filter((one) => one.includes('pnpm install'))) expect(line).toContain('--frozen-lockfile');
  });
});

it.each(readdirSync(github, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml')))(
  '.github/%s is YAML',
  (file) => {
    expect(parse(readFileSync(join(github, file), 'utf8'), { strict: true, uniqueKeys: true })).toBeTypeOf('object');
  },
);
