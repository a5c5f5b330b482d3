// Interleaved rounds and what is made of them. The machine is noisy: two copies of one program differ in a round,
// so figures are ratios within a round, and of these the median.

import { cpuMs } from "./cpu.mjs";
import { load, summary } from "./load.mjs";

// V8 compiles a function of wasm for speed only after some thousand calls.
const WARM = { seconds: 25, count: 6_000 };
// Bursts of one server in a round: short ones, close together, so that all meet the same machine.
const TURNS = 4;
// After a change a server may still replicate; the next burst shall not pay for that.
const SETTLE_MS = 500;

// Calls every site with every operation in turn. Each round walks the sites forth and back, twice, one more place turned
// than the last, so that a machine that gets slower bears on all alike.
// Returns, per operation and site, one result a round.
export async function measure({ sites, operations, rounds, seconds, warm = WARM, say }) {
  const results = Object.fromEntries(
    operations.map(({ id }) => [id, Object.fromEntries(sites.map(({ name }) => [name, []]))]),
  );
  const sent = new Map();

  async function burst(operation, site, limits) {
    const counter = `${operation.id} ${site.name}`;
    const first = sent.get(counter) ?? 0;
    const before = cpuMs(site.pid);
    const result = await load({
      url: site.url,
      ...limits,
      request: (n) => operation.request(site, first + n),
    });
    sent.set(counter, first + result.requests);
    // What a change still owes after its answer belongs to its cost.
    if (operation.request(site, 0).method) await new Promise((done) => setTimeout(done, SETTLE_MS));
    result.cpuMs = before === null ? null : cpuMs(site.pid) - before;
    return result;
  }

  for (const operation of operations) {
    for (const site of sites) await burst(operation, site, warm);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const operation of operations) {
      const forth = sites.map((_, place) => sites[(place + round) % sites.length]);
      const back = forth.toReversed();
      const bursts = new Map(sites.map(({ name }) => [name, []]));
      for (const site of [...forth, ...back, ...forth, ...back]) {
        bursts.get(site.name).push(await burst(operation, site, { seconds: seconds / TURNS }));
      }
      for (const [name, parts] of bursts) results[operation.id][name].push(join(parts));
      say(`round ${round + 1} of ${rounds}: ${operation.title}: ${sites.map(({ name }) => `${name} ${last(results[operation.id][name])}/s`).join(", ")}`);
    }
  }
  return results;
}

function join(bursts) {
  const times = bursts.flatMap((burst) => burst.times);
  const { perSecond, p50, p95, p99 } = summary(times, bursts.reduce((sum, burst) => sum + burst.seconds, 0));
  const cpu = bursts.every((burst) => burst.cpuMs !== null)
    ? bursts.reduce((sum, burst) => sum + burst.cpuMs, 0) / times.length
    : null;
  return { perSecond, p50, p95, p99, cpuMs: cpu };
}

function last(rounds) {
  return Math.round(rounds.at(-1).perSecond);
}

// `site` against the mean of two copies of the floor, and the copies against each other, round by round.
export function compare(results, site, [floor, copy]) {
  const mean = results[floor].map((round, n) => (round.perSecond + results[copy][n].perSecond) / 2);
  const ratios = results[site].map((round, n) => round.perSecond / mean[n]);
  const noise = results[floor].map((round, n) => round.perSecond / results[copy][n].perSecond);
  return {
    perSecond: medianOf(results[site], "perSecond"),
    floorPerSecond: median(mean),
    p50: medianOf(results[site], "p50"),
    p95: medianOf(results[site], "p95"),
    cpuMs: medianOf(results[site], "cpuMs"),
    floorCpuMs: medianOf([...results[floor], ...results[copy]], "cpuMs"),
    ratio: spread(ratios),
    noise: spread(noise),
  };
}

// Null where one round could not tell.
function medianOf(rounds, figure) {
  const values = rounds.map((round) => round[figure]);
  return values.includes(null) ? null : median(values);
}

export function spread(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}
