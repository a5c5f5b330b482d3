// Measuring on a machine that others use, and on one that is slower than where the bounds were set.
import { Worker } from "node:worker_threads";

const TRIES = 5;
/** What two cores at rest take for the work below, where the bounds were set: 2.6 GHz, ten tries, the median. */
const REFERENCE_MS = 100;
/** No machine is so slow that what takes this many times longer would still be good enough. */
const SLOWEST = 4;
const CORES = 2;

// Numbers, text and memory, as a program in a browser has them, on as many cores as a page and its server use.
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

/** How many times slower than the reference this machine is now. */
class Pace {
  #workers = Array.from({ length: CORES }, () => new Worker(WORK, { eval: true }));

  async now() {
    const took = await Promise.all(this.#workers.map(async (worker) => {
      const answer = new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      worker.postMessage("work");
      return (await answer).took;
    }));
    return Math.min(Math.max(Math.max(...took) / REFERENCE_MS, 1), SLOWEST);
  }

  async close() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
