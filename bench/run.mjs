// The program behind `cargo xtask bench`: starts Guildhall and two copies of the floor on the same wrangler, measures
// them in turn, then the bundle and a sign-in, and writes bench/README.md. It judges figures, not behaviour.
//
//   node bench/run.mjs [--check] [--rounds 5] [--seconds 4] [--only rates|bundle] [--floor] [--wrangler FILE]
//
// --check ends with 1 where a target is missed. --only leaves out the other part and writes nothing.
// --floor measures a third copy of the floor in Guildhall's place, as a test of the bench, and writes nothing.

import { readFile } from "node:fs/promises";
import { availableParallelism, loadavg, totalmem, type } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { measureBundle } from "./bundle.mjs";
import { render, targets, write } from "./report.mjs";
import { OPERATIONS, seed, siteOf } from "./requests.mjs";
import { compare, measure } from "./rounds.mjs";
import { startFloor, startGuildhall, stopAll } from "./servers.mjs";
import { measureSignIn } from "./signin.mjs";

const ROOT = join(import.meta.dirname, "..");
const README = join(import.meta.dirname, "README.md");
const LEAST_NODE = 22;
const COPIES = ["floor A", "floor B"];
const OURS = "Guildhall";

async function main() {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean", default: false },
      floor: { type: "boolean", default: false },
      only: { type: "string" },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      wrangler: { type: "string", default: join(ROOT, "node_modules/wrangler/bin/wrangler.js") },
    },
  });
  if (Number(process.versions.node.split(".")[0]) < LEAST_NODE) {
    throw new Error(`the bench needs node ${LEAST_NODE} or newer; \`cargo xtask bench\` brings one`);
  }
  const options = { ...values, rounds: Number(values.rounds), seconds: Number(values.seconds) };
  const facts = { ...(await machine(options.wrangler)), rounds: options.rounds, seconds: options.seconds };

  const { rates, signIn } = options.only === "bundle" ? { rates: [] } : await measureServers(options);
  const bundle = options.only === "rates" ? null : await measureBundle(options.wrangler, options.floor ? null : ROOT);

  const text = render({ facts, rates, bundle, signIn });
  console.log(text);
  if (!options.floor && !options.only) await write(README, text);

  const missed = targets({ rates, bundle }).filter(({ met }) => !met);
  for (const { name, is, wants } of missed) console.error(`missed: ${name} is ${is}, wants ${wants}`);
  if (options.check && missed.length > 0) process.exitCode = 1;
}

async function measureServers({ wrangler, floor, rounds, seconds }) {
  const sites = [floor ? await floorSite(OURS, wrangler) : await ourSite()];
  for (const name of COPIES) sites.push(await floorSite(name, wrangler));
  const [ours, theirs] = sites;

  const results = await measure({ sites, operations: OPERATIONS, rounds, seconds, say: (line) => console.error(line) });
  const rates = OPERATIONS.map(({ id, title, target }) => ({
    title,
    target,
    ...compare(results[id], OURS, COPIES),
    bytes: ours.bytes[id],
    floorBytes: theirs.bytes[id],
  }));
  const signIn = floor ? null : await measureSignIn(ours);
  await stopAll();
  return { rates, signIn };
}

async function ourSite() {
  const { server, filled } = await startGuildhall(seed);
  return siteOf(OURS, server, filled);
}

async function floorSite(name, wrangler) {
  const server = await startFloor(wrangler);
  return siteOf(name, server, await seed(server));
}

// What a reader needs to judge the figures, and nothing that names the machine.
async function machine(wrangler) {
  const { version, dependencies } = JSON.parse(await readFile(join(wrangler, "../../package.json"), "utf8"));
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 1024 ** 3),
    system: type(),
    node: process.versions.node,
    wrangler: version,
    workerd: dependencies.workerd,
    load: loadavg()[0],
  };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  // Leaving ends the servers at once: their data is not wanted any more.
  process.once(signal, () => process.exit(1));
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  await stopAll();
}
