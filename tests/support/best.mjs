// Measuring on a machine that others use, and on one that is slower than the one that the limits were set on.
import { Worker } from "node:worker_threads";

const TRIES = 5;
/** What the two kinds of work below take on the two cores that the limits were set on, at rest: medians of twenty runs. */
const REFERENCE_MS = 105;
const PAGE_REFERENCE_MS = 280;
/** However slow the machine says it is: what takes this many times longer is too slow. */
const SLOWEST = 4;
/** A page and its server, side by side. */
const CORES = 2;

// Objects, text and sorting, as a page and its server have them.
const WORK = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", () => {
  const begun = performance.now();
  let sum = 0;
  for (let round = 0; round < 40; round += 1) {
    const rows = Array.from({ length: 4_000 }, (_, n) => ({ id: n, name: "member " + (n * 7919) % 4_000 }));
    const read = JSON.parse(JSON.stringify(rows)).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const row of read) sum = (Math.imul(sum, 31) + row.id) | 0;
  }
  parentPort.postMessage({ took: performance.now() - begun, sum });
});
`;

/** Tables that are laid out, as a browser does beside running a program. */
function pageWork() {
  const begun = performance.now();
  for (let round = 0; round < 6; round += 1) {
    const table = document.createElement("table");
    const cells = (row) => Array.from({ length: 6 }, (_, cell) => `<td><span>${row} ${cell}</span></td>`).join("");
    table.innerHTML = Array.from({ length: 500 }, (_, row) => `<tr>${cells(row)}</tr>`).join("");
    document.body.append(table);
    table.getBoundingClientRect();
    table.remove();
  }
  return performance.now() - begun;
}

/** How many times longer than the reference this machine takes just now; never less than once. */
class Pace {
  #workers = Array.from({ length: CORES }, () => new Worker(WORK, { eval: true }));
  #page;

  constructor(browser) {
    this.#page = browser?.newPage();
  }

  async now() {
    const slower = Math.max(await this.#ofCores(), await this.#ofBrowser());
    return Math.min(Math.max(slower, 1), SLOWEST);
  }

  async #ofBrowser() {
    return this.#page ? (await (await this.#page).evaluate(pageWork)) / PAGE_REFERENCE_MS : 1;
  }

  async #ofCores() {
    const times = await Promise.all(this.#workers.map((worker) => {
      const { promise, resolve } = Promise.withResolvers();
      worker.once("message", ({ took }) => resolve(took));
      worker.postMessage("work");
      return promise;
    }));
    return Math.max(...times) / REFERENCE_MS;
  }

  async close() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    await (await this.#page)?.close();
  }
}

/**
 * The best of a few tries; the first that is good enough ends them.
 *
 * @param {number} limit
 * @param {() => Promise<number>} attempt gives what it took
 * @param {import("playwright-core").Browser} [browser] where a page is measured: how slow a browser is here counts too
 * @returns {Promise<{least: number, seen: string[]}>} `least` is what the best try would have taken on the reference: its time
 *   over how much slower this machine was, both before and after it
 */
export async function best(limit, attempt, browser) {
  const pace = new Pace(browser);
  const seen = [];
  let least = Infinity;
  try {
    // The first run is slower, while the engine warms up.
    await pace.now();
    while (seen.length < TRIES && least >= limit) {
      const before = await pace.now();
      const took = await attempt();
      const slower = Math.min(before, await pace.now());
      least = Math.min(least, took / slower);
      seen.push(`${took.toFixed(took < 100 ? 1 : 0)}${slower > 1 ? ` (here all takes ${slower.toFixed(1)} times longer)` : ""}`);
    }
  } finally {
    await pace.close();
  }
  return { least, seen };
}
