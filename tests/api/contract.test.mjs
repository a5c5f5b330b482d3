// The nine operations of the Team and Authentication API, called as programs written for it call
// them: through a client that a generator made from the contract. The client refuses any status
// that the contract does not name; every body is held against the contract's schema besides.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joined } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { join, makeKey, makeTeam, signUp } from "../support/people.mjs";
import { python, pythonEnv, runPython } from "../support/python.mjs";
import { root, start } from "../support/server.mjs";
import { settled } from "../support/state.mjs";

const CONTRACT = joined(root, "tests/contract/team-auth-openapi.yml");
const PACKAGE = "team_auth_client";

let server, folder, client, ana, bo, team, key;
const called = new Set();

before(async () => {
  folder = await mkdtemp(joined(tmpdir(), "guildhall-client-"));
  const generate = ["-m", "openapi_python_client", "generate", "--path", CONTRACT, "--meta", "none"];
  const making = runPython([...generate, "--output-path", joined(folder, PACKAGE)]);
  server = await start();
  [ana, bo] = await Promise.all([signUp(server, "Ana"), signUp(server, "Bo")]);
  team = await makeTeam(ana);
  await join(ana, team, bo);
  key = await makeKey(ana, team);
  const { code, output } = await making;
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /warning|unable/i, output);
  client = new GeneratedClient(key.key);
});

after(async () => {
  client?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** The generated client in its own process, one call after the other. */
class GeneratedClient {
  constructor(token) {
    const args = [joined(root, "tests/api/contract_client.py"), CONTRACT, folder, PACKAGE, `${server.url}/v1`, token];
    // `localhost` is this machine, whatever proxy there is.
    const env = pythonEnv({ NO_PROXY: "*", no_proxy: "*" });
    this.child = spawn(python(), args, { env, stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** One call; what came back has to fit the contract. */
  async call(operation, args = {}, more = {}) {
    called.add(operation);
    const answer = await this.ask({ operation, arguments: args, ...more });
    assert.equal(answer.undocumented, undefined, `${operation} answered ${answer.undocumented}: ${JSON.stringify(answer.body)}`);
    assert.deepEqual(answer.violations, [], `${operation} answered ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** One call that the server refuses: a status that the contract does not name. */
  async refused(operation, args = {}, more = {}) {
    const answer = await this.ask({ operation, arguments: args, ...more });
    assert.notEqual(answer.undocumented, undefined, `${operation} was not refused: ${JSON.stringify(answer)}`);
    return { status: answer.undocumented, body: answer.body };
  }

  async ask(order) {
    this.child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the generated client ended");
    return JSON.parse(value);
  }

  close() {
    this.child.stdin.end();
  }
}

test("getSession tells a key its member, its team and the namespace", async () => {
  const { status, type, body, contentType } = await client.call("getSession");
  assert.equal(status, 200);
  assert.equal(type, "SessionType0");
  assert.match(contentType, /application\/json/);
  assert.equal(body.user.email, ana.email);
  assert.equal(body.team.namespace, team.namespace);
});

test("getSession answers null to a key that is wrong", async () => {
  const last = key.key.at(-1) === "0" ? "1" : "0";
  for (const token of ["nonsense", `${key.key.slice(0, -1)}${last}`, `${key.key}0`]) {
    const { status, type, body } = await client.call("getSession", {}, { token });
    assert.deepEqual([status, type, body], [200, "NoneType", null], token);
  }
});

test("the generated client works with the team's id and with its namespace", async () => {
  // It reads what another client has made, from the replica.
  await settled(server);
  for (const reference of [team.id, team.namespace]) {
    const { status, type, body } = await client.call("listTeamMembers", { team_id: reference });
    assert.equal(status, 200);
    assert.deepEqual(type, ["TeamMember", "TeamMember"]);
    const owner = body.find((member) => member.userId === ana.session.user.id);
    assert.deepEqual([owner.email, owner.isAdmin, owner.teamId], [ana.email, true, team.id]);
  }
});

test("a secret is created, listed, read, changed and deleted", async () => {
  const at = { id: team.namespace };
  const one = { ...at, name: "FIRST" };
  const body = { name: "FIRST", value: "one" };
  const made = await client.call("createTeamSecret", at, { model: "SecretCreate", body });
  assert.deepEqual([made.status, made.type, made.body.name], [201, "Secret", "FIRST"]);
  assert.doesNotMatch(JSON.stringify(made.body), /"one"/, "the value does not come back");

  const again = await client.refused("createTeamSecret", at, { model: "SecretCreate", body });
  assert.deepEqual([again.status, again.body.code], [409, "CONFLICT"]);

  const listed = await client.call("listTeamSecrets", at);
  assert.deepEqual([listed.status, listed.type], [200, ["Secret"]]);
  assert.deepEqual(listed.body, [made.body]);

  const read = await client.call("getTeamSecret", one);
  assert.deepEqual([read.status, read.body], [200, made.body]);

  const changed = await client.call("updateTeamSecret", one, { model: "UpdateTeamSecretBody", body: { value: "two" } });
  assert.deepEqual([changed.status, changed.type, changed.body.name], [200, "Secret", "FIRST"]);
  assert.equal(changed.body.dtCreated, made.body.dtCreated);

  const removed = await client.call("deleteTeamSecret", one);
  assert.deepEqual([removed.status, removed.type, removed.body], [204, "NoneType", null]);
  for (const operation of ["getTeamSecret", "deleteTeamSecret"]) {
    const gone = await client.refused(operation, one);
    assert.deepEqual([gone.status, gone.body.code], [404, "NOT_FOUND"]);
  }
});

test("a member is made an admin, made a member again, and removed", async () => {
  const at = { team_id: team.namespace, user_id: bo.session.user.id };
  for (const isAdmin of [true, false]) {
    const { status, type, body } = await client.call("updateTeamMember", at, { model: "UpdateTeamMemberBody", body: { isAdmin } });
    assert.deepEqual([status, type], [200, "TeamMember"]);
    assert.deepEqual([body.userId, body.isAdmin, body.teamId], [bo.session.user.id, isAdmin, team.id]);
  }
  const removed = await client.call("removeTeamMember", at);
  assert.deepEqual([removed.status, removed.type, removed.body], [204, "NoneType", null]);
  const gone = await client.refused("removeTeamMember", at);
  assert.deepEqual([gone.status, gone.body.code], [404, "NOT_FOUND"]);
});

test("the owner cannot be demoted or removed", async () => {
  const at = { team_id: team.id, user_id: ana.session.user.id };
  const demoted = await client.refused("updateTeamMember", at, { model: "UpdateTeamMemberBody", body: { isAdmin: false } });
  assert.deepEqual([demoted.status, demoted.body.code], [409, "CONFLICT"]);
  const removed = await client.refused("removeTeamMember", at);
  assert.deepEqual([removed.status, removed.body.code], [409, "CONFLICT"]);
});

test("every protected operation is 401 to a wrong key and 404 in another team", async () => {
  const at = { id: team.namespace };
  const calls = [
    ["listTeamMembers", { team_id: team.namespace }],
    ["updateTeamMember", { team_id: team.namespace, user_id: bo.session.user.id }, { model: "UpdateTeamMemberBody", body: { isAdmin: true } }],
    ["removeTeamMember", { team_id: team.namespace, user_id: bo.session.user.id }],
    ["listTeamSecrets", at],
    ["createTeamSecret", at, { model: "SecretCreate", body: { name: "A", value: "b" } }],
    ["getTeamSecret", { ...at, name: "A" }],
    ["updateTeamSecret", { ...at, name: "A" }, { model: "UpdateTeamSecretBody", body: { value: "b" } }],
    ["deleteTeamSecret", { ...at, name: "A" }],
  ];
  const elsewhere = await makeKey(bo, bo.session.team.id);
  for (const [operation, args, more] of calls) {
    const nobody = await client.refused(operation, args, { ...more, token: "nonsense" });
    assert.deepEqual(nobody, {
      status: 401,
      body: { code: "UNAUTHORIZED", message: "You must be logged in to access this method." },
    });
    const stranger = await client.refused(operation, args, { ...more, token: elsewhere.key });
    assert.deepEqual(stranger, { status: 404, body: { code: "NOT_FOUND", message: "Not found" } }, operation);
  }
});

test("all nine operations of the contract were called", () => {
  assert.equal(called.size, 9, [...called].join(", "));
});
