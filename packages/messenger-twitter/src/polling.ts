const [shortestS, longestS] = [1, 60];

/** How long to wait before asking X again how far it is, in milliseconds, for what it has said: a timer of days would end at once. */
export function pollingPause(checkAfterSecs: unknown): number {
  const seconds = typeof checkAfterSecs === 'number' && checkAfterSecs > shortestS ? checkAfterSecs : shortestS;
  return Math.min(seconds, longestS) * 1_000;
}
