// The curl lines of the README, run as they stand against a fresh server: every `sh` block under
// the heading "Try it with curl", in their order, in one shell. Only the address is another.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root, start } from "../support/server.mjs";

const HEADING = /^#{2,}\s+Try it with curl\s*$/im;
const ADDRESS = "http://localhost:8787";

let server, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "guildhall-curl-"));
  server = await start();
});

after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The section's text: from its heading to the next one of the same rank or above. */
function section(text) {
  const found = HEADING.exec(text);
  assert.ok(found, 'the README has no heading "Try it with curl"');
  const rank = found[0].match(/^#+/)[0].length;
  const lines = text.slice(found.index + found[0].length).split("\n");
  let inBlock = false;
  const end = lines.findIndex((line) => {
    if (line.startsWith("```")) inBlock = !inBlock;
    const heading = inBlock ? undefined : line.match(/^#+(?=\s)/)?.[0];
    return heading !== undefined && heading.length <= rank;
  });
  return lines.slice(0, end === -1 ? undefined : end).join("\n");
}

/** Runs a script in a folder of its own; a line that fails ends it. */
function bash(script) {
  return new Promise((done) => {
    // No proxy stands between this machine and itself, and no line may wait for ever.
    const wrapped = [
      "set -euo pipefail",
      `trap 'echo "this line failed: $BASH_COMMAND" >&2' ERR`,
      `curl() { command curl --noproxy '*' --max-time 30 "$@"; }`,
      script,
    ].join("\n");
    execFile("bash", ["-c", wrapped], { cwd: folder, timeout: 120_000, env: { ...process.env, HOME: folder } }, (error, stdout, stderr) => {
      done({ code: error ? (error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

test("the README's curl lines do what they say, from sign-up to a program with a key", async () => {
  const text = section(await readFile(join(root, "README.md"), "utf8"));
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((block) => block[1]);
  assert.ok(blocks.length > 0, "there is no ```sh block under the heading");
  const script = blocks.join("\n");
  assert.ok(script.includes(ADDRESS), `the lines call ${ADDRESS}`);
  const { code, stdout, stderr } = await bash(script.replaceAll(ADDRESS, server.url));
  assert.equal(code, 0, `${stdout}\n${stderr}`);

  // Each step of the way has been gone, and succeeded.
  const log = server.logs();
  const steps = [
    ["POST", "/v1/auth/sign-up", 201],
    ["POST", "/v1/auth/confirm-email", 204],
    ["POST", "/v1/teams", 201],
    ["POST", "/v1/teams/[^/ ]+/invitations", 201],
    ["POST", "/v1/teams/[^/ ]+/api-keys", 201],
    ["POST", "/v1/teams/[^/ ]+/secrets", 201],
  ];
  for (const [method, path, status] of steps) {
    assert.match(log, new RegExp(`${method} ${path} ${status} `), `no line does ${method} ${path}`);
  }
});
