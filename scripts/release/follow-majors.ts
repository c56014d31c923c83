import { addChangeset, pendingMajors } from './changesets.ts';
import { askedByTemplates, creator } from './creator.ts';
import { publishedPackages } from './workspace.ts';

/**
 * Adds a changeset for what has a package as its peer that gets a new major version: whoever updates it has to update the peer too,
 * so it is a major version of it as well. Of its own accord changesets makes that a patch. And one for the creator when what it creates
 * asks for such a package: changesets does not see what stands in templates.
 */
export async function followMajors(root: string): Promise<void> {
  const majors = await pendingMajors(root);
  const followers: Record<string, string> = {};
  // A set that grows is walked to its end, so those that follow a follower are found too.
  const packages = await publishedPackages(root);
  for (const major of majors) {
    for (const { manifest } of packages) {
      if (majors.has(manifest.name) || manifest.peerDependencies?.[major] === undefined) continue;
      majors.add(manifest.name);
      followers[manifest.name] = 'major';
    }
  }
  if (Object.keys(followers).length > 0) await addChangeset(root, 'peers', followers, 'Needs the new major version of its peer.');
  if ((await askedByTemplates(root)).some((name) => majors.has(name))) {
    await addChangeset(root, 'created', { [creator]: 'minor' }, 'What it creates asks for new major versions.');
  }
}
