import { changeset } from './changeset.ts';
import { followMajors } from './follow-majors.ts';

/** Turns the changesets of a workspace into versions and changelogs. */
export async function newVersions(root: string): Promise<void> {
  await followMajors(root);
  await changeset(['version'], { cwd: root });
}
