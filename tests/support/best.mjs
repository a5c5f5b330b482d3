// Measuring on a machine that others use: what they do only ever adds.

const TRIES = 5;

/** The best of a few tries; the first that is good enough ends them. */
export async function best(limit, attempt) {
  const seen = [];
  while (seen.length < TRIES && !(Math.min(...seen) < limit)) seen.push(await attempt());
  return { least: Math.min(...seen), seen };
}
