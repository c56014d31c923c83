import { changeset } from './changeset.ts';
import { followVersions } from './creator.ts';
import { followMajors } from './follow-majors.ts';

/** Turns the changesets of a workspace into versions and changelogs, and has what is created follow. */
export async function newVersions(root: string): Promise<void> {
  await followMajors(root);
  await changeset(['version'], { cwd: root });
  await followVersions(root);
}
