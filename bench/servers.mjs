// Starts and stops what is benched: copies of the floor by `wrangler dev`, and Guildhall by the tests' own helper.
// Everything a server writes goes to a temporary folder, which goes with it. No server outlives this process.

import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { children } from "./cpu.mjs";
import { call } from "./load.mjs";

const READY_MS = 60_000;
const STOP_MS = 6_000;
const HELPER = "../tests/support/server.mjs";
// Beside what is deployed, which stands in `build/`.
const DEVELOPMENT = "target/xtask/worker-dev/index.js";
// A line for each request would be a cost of its own, for wrangler and for the load client that reads it.
const SILENT = { WRANGLER_LOG: "warn" };

export const FLOOR = join(import.meta.dirname, "floor");
const CONSOLE = join(import.meta.dirname, "../dist");

const running = new Set();

// What wrangler finds around it: no network, no registry shared between copies, no log in the home folder.
export function environment(folder) {
  return {
    ...process.env,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_LOG_PATH: join(folder, "logs"),
    WRANGLER_REGISTRY_PATH: join(folder, "registry"),
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
}

// The floor with the console beside it: what a Worker's own files cost, both pay.
export async function placeFloor(folder, source = FLOOR) {
  await cp(source, folder, { recursive: true });
  await cp(CONSOLE, join(folder, "dist"), { recursive: true });
}

// One copy of the floor, in a folder of its own so that two copies share nothing. `source` may name a variant.
export async function startFloor(wrangler, source = FLOOR) {
  const folder = await temporary("floor");
  await placeFloor(folder, source);
  const port = await freePort();
  // The xtask's child command ends with its parent, even one that was killed.
  const wrapper = process.env.GUILDHALL_XTASK ? [process.env.GUILDHALL_XTASK, "__child"] : [];
  const [program, ...args] = [
    ...[...wrapper, process.execPath, wrangler],
    ...["dev", "--local", "--ip", "127.0.0.1", "--port", String(port)],
    ...["--inspector-ip", "127.0.0.1", "--inspector-port", "0"],
    ...["--persist-to", join(folder, "state"), "--show-interactive-dev-session=false"],
  ];
  const child = spawn(program, args, {
    cwd: folder,
    detached: true, // a process group of its own
    env: { ...environment(folder), ...SILENT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  child.on("error", (error) => (output += error.message));

  const server = {
    url: `http://localhost:${port}`,
    pid: child.pid,
    async stop() {
      await endGroup(child.pid, "SIGTERM");
      await endGroup(child.pid, "SIGKILL");
      running.delete(server);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    dropNow() {
      signalGroup(child.pid, "SIGKILL");
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  running.add(server);
  try {
    await ready(port, child);
  } catch (error) {
    await server.stop();
    throw new Error(`the floor did not start: ${error.message}\n${output.slice(-2000)}`, { cause: error });
  }
  return server;
}

// Guildhall as the tests start it, with a fresh state: first the development Worker, which `fill` has seeded, then on
// the same data what is deployed, which is measured. The helper ends it with us.
export async function startGuildhall(fill) {
  const { start } = await import(HELPER);
  const state = await temporary("state");
  const server = {
    async stop() {
      running.delete(server);
      await server.started?.stop();
      await rm(state, { recursive: true, force: true, maxRetries: 5 });
    },
    // The helper ends the process.
    dropNow: () => rmSync(state, { recursive: true, force: true, maxRetries: 5 }),
  };
  running.add(server);
  server.started = await start({ env: SILENT, state, main: DEVELOPMENT });
  const filled = await fill(server.started);
  await server.started.stop();
  const before = new Set(children());
  // What is deployed serves nothing without it.
  server.started = await start({ env: SILENT, state, vars: { PUBLIC_URL: "https://guildhall.example" } });
  server.url = server.started.url;
  server.site = server.started.site;
  server.pid = children().find((pid) => !before.has(pid));
  return { server, filled };
}

export async function stopAll() {
  await Promise.allSettled([...running].map((server) => server.stop()));
}

// For the end of the process, when nothing can be awaited any more.
process.on("exit", () => {
  for (const server of running) server.dropNow();
});

export function temporary(purpose) {
  return mkdtemp(join(tmpdir(), `guildhall-bench-${purpose}-`));
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function ready(port, child) {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    const answer = await call({ host: "127.0.0.1", port, path: "/v1/health" }).catch(() => null);
    if (answer?.status === 200) return;
    await sleep(100);
  }
  throw new Error(`no answer in ${READY_MS / 1000} seconds`);
}

async function endGroup(pid, signal) {
  signalGroup(pid, signal);
  const deadline = Date.now() + STOP_MS;
  while (Date.now() < deadline && signalGroup(pid, 0)) await sleep(20);
}

// False when nobody is left in the group.
function signalGroup(pid, signal) {
  if (!pid) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
