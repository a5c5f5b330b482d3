// A limit on what could wait for ever: what hangs then fails, and says where.
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What a promise gives, or an error where it takes longer.
 *
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T>} promise
 * @param {() => string} words what the error says
 * @returns {Promise<T>}
 */
export async function within(milliseconds, promise, words) {
  const over = new AbortController();
  const late = async () => {
    await sleep(milliseconds, undefined, { signal: over.signal });
    throw new Error(words());
  };
  try {
    return await Promise.race([promise, late()]);
  } finally {
    over.abort();
  }
}
