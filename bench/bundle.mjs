// What is shipped: its bytes, and how long it takes to start. Both by wrangler's own commands, on what
// `wrangler deploy --dry-run` would send, which is never the development build.

import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

import { environment, placeFloor, temporary } from "./servers.mjs";

const START_UPS = 5;
const BUILD_MS = 20 * 60_000;
const START_UP_MS = 60_000;

const run = promisify(execFile);

// Bytes and start-up of the project in `folder` (without one, of the floor), with the floor's beside them.
export async function measureBundle(wrangler, folder) {
  const work = await temporary("bundle");
  try {
    // wrangler leaves files beside what it bundles.
    const floor = join(work, "floor");
    await placeFloor(floor);
    const ours = await ship(wrangler, folder ?? floor, join(work, "ours.bundle"), work);
    const theirs = await ship(wrangler, floor, join(work, "floor.bundle"), work);
    const windows = { ours: [], floor: [] };
    for (let turn = 0; turn < START_UPS; turn += 1) {
      windows.ours.push(await startUp(wrangler, ours.file, work));
      windows.floor.push(await startUp(wrangler, theirs.file, work));
    }
    // The least: other work on the machine only ever adds.
    return {
      ...ours,
      floor: theirs,
      startUpMs: Math.min(...windows.ours),
      floorStartUpMs: Math.min(...windows.floor),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

// The upload is a multipart form: modules, which are what counts, and metadata.
async function ship(wrangler, folder, file, work) {
  await run(process.execPath, [wrangler, "deploy", "--dry-run", "--outfile", file], {
    cwd: folder,
    // Tests set the variable to serve what is built; here the build must run, as for a deployment.
    env: { ...environment(work), GUILDHALL_BUILT: undefined },
    timeout: BUILD_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bytes = await readFile(file);
  const boundary = bytes.subarray(2, bytes.indexOf("\n")).toString().trim();
  const form = await new Response(bytes, {
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
  }).formData();
  const sizes = { wasm: 0, script: 0 };
  const modules = [];
  for (const entry of form.values()) {
    if (!(entry instanceof Blob) || entry.type === "application/source-map") continue;
    const module = Buffer.from(await entry.arrayBuffer());
    modules.push(module);
    sizes[entry.type === "application/wasm" ? "wasm" : "script"] += module.length;
  }
  const all = Buffer.concat(modules);
  return { file, ...sizes, bytes: all.length, gzip: gzipSync(all).length };
}

// Milliseconds from the start of the profiler to the first answer, which makes workerd evaluate every module.
// The samples within are too coarse for a start-up of a few milliseconds; the window is not.
async function startUp(wrangler, file, work) {
  const profile = join(work, "startup.cpuprofile");
  await run(process.execPath, [wrangler, "check", "startup", "--worker", file, "--outfile", profile], {
    cwd: work,
    env: environment(work),
    timeout: START_UP_MS,
  });
  const { startTime, endTime } = JSON.parse(await readFile(profile, "utf8"));
  return (endTime - startTime) / 1000;
}
