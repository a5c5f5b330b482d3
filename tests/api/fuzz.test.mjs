// Schema fuzzing over the whole document that the running server serves: whatever is sent, no
// answer is a 5xx, and every answer has a status, a media type, headers and a shape that the
// document gives for it. Once as a program with an owner's key, once as an owner's page.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joined } from "node:path";
import { after, before, test } from "node:test";
import { Authenticator, addPasskey } from "../support/passkey.mjs";
import { join, makeKey, makeTeam, signUp, sshKey, succeeded } from "../support/people.mjs";
import { runPython } from "../support/python.mjs";
import { root, start } from "../support/server.mjs";

// The same calls each time; another seed is another search.
const SEED = process.env.GUILDHALL_SEED ?? "20261121";
const EXAMPLES = process.env.GUILDHALL_LONG ? 200 : 12;
const TIMEOUT = process.env.GUILDHALL_LONG ? 3_600_000 : 500_000;

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
];

// What ends a page's session or turns its cookie over: everything after it would be nobody's.
const ENDING = [
  "signIn",
  "reauthenticate",
  "changePassword",
  "removePassword",
  "endSession",
  "signOut",
  "deactivateAccount",
];

// What no fuzzer gets a success from: it guesses no token of a mail, no code of an app and no signature; the furnishing
// itself confirms, accepts and adds passkeys, and a confirmation is sent again only before that.
const MAILED = ["denyEmail", "resendConfirmation", "resetPassword", "getMailedLink", "unlockAccount", "undoEmailChange", "takeBackAccount", "comeBack", "previewInvitation", "declineInvitation"];
const PROVED = ["confirmTotp", "endTotp", "answerChallenge", "signInWithPasskey", "reauthenticate", "makeRecoveryCodes"];

let server, folder, operations;

before(async () => {
  folder = await mkdtemp(joined(tmpdir(), "guildhall-fuzz-"));
  server = await start();
  const text = await (await fetch(`${server.url}/v1/openapi.json`)).text();
  // By its address, the fuzzer would leave out the operation that serves the document.
  await writeFile(joined(folder, "openapi.json"), text);
  const document = JSON.parse(text);
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => ["get", "put", "post", "patch", "delete"].includes(method))
      .map(([method, { operationId }]) => ({ id: operationId, line: lineOf(method, path) })),
  );
  assert.ok(operations.length > 30, `the document has ${operations.length} operations`);
});

after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The line of the server's log that tells of a success of this operation. */
function lineOf(method, path) {
  const pattern = path.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/ ?]+");
  return new RegExp(`${method.toUpperCase()} /v1${pattern}(\\?\\S*)? 20\\d `);
}

/** The operations that no call has got a success from. */
function unreached() {
  const log = server.logs();
  return operations.filter(({ id, line }) => ![...MAILED, ...PROVED].includes(id) && !line.test(log)).map(({ id }) => id);
}

/** A team with something of everything, whose names the fuzzer mixes into its calls. */
async function furnished() {
  const owner = await signUp(server, "Olive");
  const team = await makeTeam(owner);
  const guests = await Promise.all(Array.from({ length: 6 }, () => signUp(server, "Guest")));
  for (const guest of guests) await join(owner, team, guest);
  const key = await makeKey(owner, team);
  const others = [await makeKey(owner, team), await makeKey(owner, team)];
  const secrets = ["FUZZED_1", "FUZZED_2", "FUZZED_3"];
  for (const name of secrets) succeeded(await key.client.post(`/v1/teams/${team.id}/secrets`, { name, value: "v" }), 201);
  const emails = ["one", "two", "three"].map((name) => `${name}@example.test`);
  const invitations = succeeded(
    await owner.client.post(`/v1/teams/${team.id}/invitations`, { emails, isAdmin: false }),
    201,
  );
  const sshKeys = [];
  for (const name of ["One", "Two", "Three"]) {
    sshKeys.push(succeeded(await owner.client.post("/v1/account/ssh-keys", { name, publicKey: sshKey() }), 201));
  }
  const passkeys = [];
  for (const name of ["One", "Two", "Three", "Four"]) passkeys.push(await addPasskey(owner, new Authenticator(server), name));
  const users = [owner, ...guests].map((person) => person.session.user.id);
  const ids = [...others, ...invitations, ...sshKeys, ...passkeys].map(({ id }) => id);
  const names = {
    "path.team": [0.8, [team.id, team.id, team.namespace]],
    "path.user": [0.8, users],
    "path.name": [0.8, secrets],
    "path.id": [0.8, ids],
    "body.team": [0.8, [team.id, team.namespace]],
    "body.email": [0.5, [owner.email]],
    "body.password": [0.5, [owner.password]],
    "body.publicKey": [0.8, Array.from({ length: 20 }, () => sshKey())],
  };
  return { owner, key, names };
}

/** The fuzzer's settings: mostly names that exist, so that calls get past the 404. */
async function configured(names) {
  const dictionaries = [];
  const parameters = ["[parameters]"];
  for (const [place, [probability, values]] of Object.entries(names)) {
    const dictionary = place.replace(".", "_");
    dictionaries.push(`[dictionaries.${dictionary}]`, `values = ${JSON.stringify(values)}`);
    parameters.push(`"${place}" = { dictionary = "${dictionary}", probability = ${probability} }`);
  }
  const lines = [...dictionaries, ...parameters];
  const file = joined(folder, "schemathesis.toml");
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

/** Runs the fuzzer; answers how many operations it called. */
async function fuzz(names, headers, filters, examples = EXAMPLES) {
  const args = ["-m", "schemathesis.cli", "--config-file", await configured(names), "--no-color"];
  args.push("run", joined(folder, "openapi.json"), "--url", `${server.url}/v1`);
  args.push("--phases", "examples,coverage,fuzzing");
  // One worker: calls in the same order each time. Two threads also trip over CPython 3.11's
  // parser now and then ("AST constructor recursion depth mismatch").
  args.push("--checks", CHECKS.join(","), "--seed", SEED, "--max-examples", `${examples}`, "--workers", "1");
  args.push("--generation-database", "none", "--generation-with-security-parameters", "false");
  args.push("--suppress-health-check", "all", "--no-shrink", "--warnings", "off", "--request-timeout", "30");
  for (const [name, value] of Object.entries(headers)) args.push("--header", `${name}: ${value}`);
  args.push(...filters);
  // `localhost` is this machine, whatever proxy there is.
  const env = { NO_PROXY: "*", no_proxy: "*", PYTHONPATH: joined(root, "tests/api"), SCHEMATHESIS_HOOKS: "fuzz_hooks" };
  const { code, output } = await runPython(args, { env, cwd: folder, timeout: TIMEOUT });
  assert.equal(code, 0, `the seed is ${SEED}\n${output.slice(-20_000)}`);
  const selected = output.match(/Selected: (\d+)\/(\d+)/);
  const tested = Number(output.match(/Tested: (\d+)/)?.[1]);
  assert.equal(tested, Number(selected?.[1]), output.slice(-4_000));
  return tested;
}

test("a program with an owner's key gets documented answers only", { timeout: TIMEOUT + 60_000 }, async () => {
  const { key, names } = await furnished();
  const headers = { authorization: `Bearer ${key.key}` };
  // Revoking comes last: the fuzzer tries ids that it has read, the key's own among them.
  const tested = await fuzz(names, headers, ["--exclude-operation-id", "revokeApiKey"]);
  assert.equal(tested, operations.length - 1);
  const session = succeeded(await key.client.get("/v1/auth/session"), 200);
  assert.notEqual(session, null, "the key was good to the end");
  assert.equal(await fuzz(names, headers, ["--include-operation-id", "revokeApiKey"]), 1);
});

test("an owner's page gets documented answers only", { timeout: TIMEOUT + 60_000 }, async () => {
  const { owner, names } = await furnished();
  const tested = await fuzz(names, page(owner), ENDING.flatMap((id) => ["--exclude-operation-id", id]));
  assert.equal(tested, operations.length - ENDING.length);
  // What the search over all of them has only been refused is searched for by itself.
  for (const id of unreached().filter((id) => !ENDING.includes(id))) {
    assert.equal(await fuzz(names, page(owner), ["--include-operation-id", id], 4 * EXAMPLES), 1);
  }
  const session = succeeded(await owner.client.get("/v1/auth/session"), 200);
  assert.notEqual(session, null, "the session was good to the end");
  for (const id of ENDING) {
    const person = await signUp(server, "Pat");
    // Only who has a passkey can do without a password, and then a password alone signs nobody in.
    if (id === "removePassword") await addPasskey(person, new Authenticator(server));
    const [{ id: own }] = succeeded(await person.client.get("/v1/account/sessions"), 200);
    const theirs = {
      "path.id": [0.5, [own]],
      "body.email": [0.5, [person.email]],
      "body.password": [0.5, [person.password]],
      "body.username": [0.5, [person.username]],
    };
    assert.equal(await fuzz(theirs, page(person), ["--include-operation-id", id]), 1);
  }
});

/** The headers of a person's page. */
function page({ client }) {
  const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  return { cookie, origin: server.url, "sec-fetch-site": "same-origin" };
}

test("the calls got past the refusals: to a success of nearly all operations", () => {
  assert.deepEqual(unreached(), []);
});

test("the server logged no failure of its own", () => {
  const failures = server.logs().split("\n").filter((line) => /error|panic|broken/i.test(line) && !/\d{3} [A-Z]/.test(line));
  assert.deepEqual(failures, []);
});
