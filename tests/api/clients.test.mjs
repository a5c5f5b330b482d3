// What people make of the served documents: three generators and a linter take both without a word,
// leave no operation and no status out, and the clients work.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joined } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { makeKey, makeTeam, signUp } from "../support/people.mjs";
import { python, pythonEnv, runPython } from "../support/python.mjs";
import { root, start } from "../support/server.mjs";

const DOCUMENTS = [
  { name: "contract", base: "/v1" },
  { name: "pages", base: "/paperspace/v1" },
];
const METHODS = ["get", "put", "post", "patch", "delete"];

let server, folder, ana, team, key;

before(async () => {
  folder = await mkdtemp(joined(tmpdir(), "guildhall-clients-"));
  server = await start();
  ana = await signUp(server, "Ana");
  team = await makeTeam(ana);
  key = await makeKey(ana, team);
  for (const document of DOCUMENTS) {
    const text = await (await fetch(`${server.url}${document.base}/openapi.json`)).text();
    document.place = joined(folder, document.name);
    document.file = joined(document.place, "openapi.json");
    await mkdir(document.place);
    await writeFile(document.file, text);
    document.operations = Object.values(JSON.parse(text).paths).flatMap((item) =>
      METHODS.filter((method) => method in item).map((method) => ({
        id: item[method].operationId,
        folder: snake(item[method].tags[0].replaceAll(" ", "")),
        statuses: Object.keys(item[method].responses).sort(),
      })),
    );
  }
  const [contract, pages] = DOCUMENTS;
  assert.ok(contract.operations.length > 60 && pages.operations.length === 10);
});

after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

function snake(name) {
  return name.replace(/[A-Z]+(?![a-z])|[A-Z]/g, (part, at) => `${at ? "_" : ""}${part.toLowerCase()}`);
}

/** A tool of npm to its end, without a network: `{code, output}`. */
function tool(name, args) {
  const env = {
    ...process.env,
    NODE_OPTIONS: `--import=${pathToFileURL(joined(root, "tests/support/no_network.mjs"))}`,
    DO_NOT_TRACK: "1",
    NO_COLOR: "1",
    REDOCLY_TELEMETRY: "off",
    REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
  };
  const options = { env, cwd: folder, timeout: 120_000, killSignal: "SIGKILL", maxBuffer: 64 * 1024 * 1024 };
  return new Promise((done) => {
    execFile(process.execPath, [joined(root, "node_modules/.bin", name), ...args], options, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, output: stdout + stderr }),
    );
  });
}

async function worked(name, args) {
  const { code, output } = await tool(name, args);
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /warn|error|unable|unsupported|skipp|duplicate|⚠/i, output);
}

test("the linter's recommended rules find nothing", async () => {
  for (const { file } of DOCUMENTS) {
    const { code, stdout, output } = await tool("redocly", ["lint", file, "--extends=recommended", "--format=json"]);
    assert.equal(code, 0, output);
    const { totals, problems } = JSON.parse(stdout);
    assert.deepEqual([totals.errors, totals.warnings, totals.ignored], [0, 0, 0], JSON.stringify(problems, null, 1));
  }
});

test("openapi-python-client leaves nothing out, and its client works", async () => {
  const config = joined(folder, "python.json");
  // No formatter afterwards: nobody reads this client.
  await writeFile(config, JSON.stringify({ post_hooks: [] }));
  for (const { name, place, file, base, operations } of DOCUMENTS) {
    const into = joined(place, `${name}_client`);
    const args = ["generate", "--path", file, "--meta", "none", "--config", config, "--output-path", into];
    const { code, output } = await runPython(["-m", "openapi_python_client", ...args]);
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /warning|unable|cannot|omitted/i, output);
    for (const operation of operations) {
      const source = await readFile(joined(into, "api", operation.folder, `${snake(operation.id)}.py`), "utf8");
      const statuses = [...source.matchAll(/response\.status_code == (\d+)/g)].map(([, status]) => status);
      assert.deepEqual(statuses.sort(), operation.statuses, operation.id);
    }
    await drive(place, `${name}_client`, base, operations);
  }
});

/** Imports every module, then makes a few calls; each answer is read into its own type. */
async function drive(place, package_, base, operations) {
  const args = [joined(root, "tests/api/api_client.py"), place, package_, `${server.url}${base}`, key.key];
  const child = spawn(python(), args, {
    env: pythonEnv({ NO_PROXY: "*", no_proxy: "*" }),
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async () => JSON.parse((await lines.next()).value ?? "null");
    assert.deepEqual(await line(), operations.map(({ id }) => snake(id)).sort());
    const call = async (operation, rest = {}) => {
      child.stdin.write(`${JSON.stringify({ operation, arguments: { team: team.namespace }, ...rest })}\n`);
      const { status, type, body } = await line();
      return [status, type, body];
    };
    const pages = base !== "/v1";
    const [status, type, session] = await call("get_session", { arguments: {} });
    assert.deepEqual([status, type, session.user.email], [200, "Session", ana.email]);
    const secret = { model: "SecretCreate", body: { name: "FIRST", value: "one" } };
    assert.deepEqual((await call("create_team_secret", secret)).slice(0, 2), [pages ? 200 : 201, "Secret"]);
    assert.deepEqual((await call("create_team_secret", secret)).slice(0, 2), [409, "ApiError"]);
    assert.deepEqual((await call("list_team_secrets")).slice(0, 2), [200, pages ? "SecretPage" : ["Secret"]]);
    const members = await call("list_team_members");
    assert.deepEqual(members.slice(0, 2), [200, pages ? "TeamMemberPage" : ["TeamMember"]]);
    const named = { arguments: { team: team.namespace, name: "FIRST" } };
    assert.equal((await call("delete_team_secret", named))[0], pages ? 200 : 204);
    assert.deepEqual((await call("get_team_secret", named)).slice(0, 2), [404, "ApiError"]);
  } finally {
    child.stdin.end();
  }
}

test("openapi-typescript and openapi-ts leave nothing out, and what they make compiles", async () => {
  for (const { place, file, operations } of DOCUMENTS) {
    await worked("openapi-typescript", [file, "--output", joined(place, "types.d.ts")]);
    await worked("openapi-ts", ["--input", file, "--output", joined(place, "sdk"), "--no-log-file"]);
    const lines = operations.flatMap(({ id, statuses }) => {
      const type = `${id[0].toUpperCase()}${id.slice(1)}`;
      const expected = statuses.join(" | ");
      // openapi-ts has types for what succeeds and for what fails. A 304 is neither.
      const ended = statuses.filter((status) => status !== "304").join(" | ");
      return [
        `export const ${id}: Same<keyof operations["${id}"]["responses"], ${expected}> = true;`,
        `export const ${id}Sdk: Same<keyof sdk.${type}Errors | keyof sdk.${type}Responses, ${ended}> = true;`,
        `export const ${id}Call: (...args: never[]) => unknown = calls.${id};`,
      ];
    });
    const check = [
      'import type { operations } from "./types";',
      'import type * as sdk from "./sdk/types.gen";',
      'import * as calls from "./sdk";',
      "type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;",
      ...lines,
      "",
    ];
    await writeFile(joined(place, "check.ts"), check.join("\n"));
    await writeFile(joined(place, "entry.ts"), 'export * from "./sdk";\nexport { client } from "./sdk/client.gen";\n');
  }
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: [],
  };
  await writeFile(joined(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*/*.ts", "*/sdk"] }));
  await worked("tsc", ["--project", folder]);
});

test("the client of openapi-ts works", async () => {
  const [{ place }] = DOCUMENTS;
  const bundle = joined(place, "client.mjs");
  const args = [joined(place, "entry.ts"), "--bundle", "--format=esm", "--log-level=warning", `--outfile=${bundle}`];
  await new Promise((done, failed) => {
    execFile(joined(root, "node_modules/.bin/esbuild"), args, (error) => (error ? failed(error) : done()));
  });
  const { client, ...calls } = await import(pathToFileURL(bundle));
  const auth = ({ scheme }) => (scheme === "bearer" ? key.key : undefined);
  client.setConfig({ baseUrl: `${server.url}/v1`, auth });
  const session = await calls.getSession();
  assert.equal(session.data.user.email, ana.email);
  const path = { team: team.namespace };
  const made = await calls.createTeamSecret({ path, body: { name: "SECOND", value: "two" } });
  assert.deepEqual([made.response.status, made.data.name], [201, "SECOND"]);
  const listed = await calls.listTeamSecrets({ path, query: { limit: 1 } });
  assert.deepEqual(listed.data, [made.data]);
  const elsewhere = await calls.getTeam({ path: { team: "nowhere" } });
  assert.deepEqual([elsewhere.response.status, elsewhere.error.code], [404, "NOT_FOUND"]);
  const refused = await calls.createTeamSecret({ path, body: { name: "1", value: "" } });
  assert.deepEqual([refused.response.status, refused.error.code], [400, "BAD_REQUEST"]);
  assert.ok(refused.error.issues.length > 0);
});
