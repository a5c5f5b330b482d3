// The server is killed, as by a power cut, in the middle of a stream of writes, and started again
// on the same data, five times. Whatever was acknowledged stands in the primary and in the
// replica afterwards; whatever was not is alike in both; no name is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, mails, REPLICA, until } from "../support/http.mjs";
import { fresh, makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, outboxes, primaries, replica, settled } from "../support/state.mjs";

// When the power goes, for each round: after so many answers, and then such a part of the time
// that the last answer took. Answers come in swarms; the part finds the next ones half-way.
const CUTS = [[17, 0.1], [32, 0.3], [47, 0.5], [26, 0.7], [39, 0.9]];
const PASSWORD = "plain copper kettle 9";

/** One person may create ten teams an hour; this many people create some in all rounds. */
const MAKERS = 24;
const TEAMS_AN_HOUR = 10;

let server, ana, team, program, makers;
let teamsMade = 0;
let address = 0;
let halfWay = 0;

before(async () => {
  server = await start();
  ana = await signUp(server, "Ana");
  team = await makeTeam(ana);
  makers = await Promise.all(Array.from({ length: MAKERS }, () => signUp(server, "Maker")));
  program = (await makeKey(ana, team, "writer")).client;
  for (const name of ["KEPT_0", "KEPT_1"]) {
    succeeded(await program.post(`/v1/teams/${team.id}/secrets`, { name, value: "first" }), 201);
  }
});

after(() => server?.stop());

/** Everything that was asked for, and what became of it: `done` is the answer, if there was one. */
const ledger = { secrets: [], updates: [], teams: [], invitations: [], signUps: [], keys: [] };

/** A browser at an address of its own, to which the limits per address do not add up. */
function browser() {
  address += 1;
  return new Client(server, { ...ana.client.headers, "cf-connecting-ip": `198.51.100.${address}` });
}

/** What each writer does over and over; an answer counts when it has this status. */
const writers = {
  async secrets(write, name) {
    const body = { name: name.replace(/-/g, "_").toUpperCase(), value: "v" };
    await write({ name: body.name }, 201, () => program.post(`/v1/teams/${team.id}/secrets`, body));
  },
  async updates(write, name, n) {
    const secret = `KEPT_${n % 2}`;
    const change = () => program.patch(`/v1/teams/${team.id}/secrets/${secret}`, { value: name });
    await write({ secret }, 200, change);
  },
  async teams(write, namespace) {
    const maker = makers[(teamsMade += 1) % MAKERS];
    await write({ namespace, maker }, 201, () => maker.client.post("/v1/teams", { name: "Made", namespace }));
  },
  async invitations(write, name) {
    const email = `${name}@example.test`;
    const invite = () => ana.client.post(`/v1/teams/${team.id}/invitations`, { emails: [email], isAdmin: false });
    await write({ email }, 201, invite);
  },
  async signUps(write, username) {
    const client = browser();
    const body = { email: `${username}@example.test`, password: PASSWORD, username };
    await write({ client, username, email: body.email }, 201, () => client.post("/v1/auth/sign-up", body));
  },
  async keys(write, name) {
    const path = `/v1/teams/${team.id}/api-keys`;
    const made = await write({ made: true }, 201, () => ana.client.post(path, { name }));
    if (!made.done) return;
    // Revoking is a write of its own on the same key.
    const { id, key } = made.done.body;
    await write({ revoked: id, key }, 204, () => ana.client.delete(`${path}/${id}`));
  },
};

/** Lets all writers write until `cut` answers have come, and cuts the power. */
async function writeUntilKilled(round, [cut, part]) {
  let answered = 0;
  let dying;
  let dead = false;
  const die = async (took) => {
    await sleep(part * took);
    dead = true;
    await server.kill();
  };
  const loop = async (kind) => {
    const write = async (entry, status, call) => {
      Object.assign(entry, { round });
      ledger[kind].push(entry);
      const since = performance.now();
      const answer = await call().catch(() => undefined);
      // What the dying server's proxy says for it is no answer of ours.
      if (!answer || answer.status >= 500) {
        assert.ok(dead, `${kind} had no answer: ${answer?.text}`);
        return entry;
      }
      entry.done = answer;
      answered += 1;
      if (answered === cut) dying = die(performance.now() - since);
      assert.ok(dead || answer.status === status, `${kind} answered ${answer.status}: ${answer.text}`);
      if (answer.status !== status) delete entry.done;
      return entry;
    };
    for (let n = 0; !dead; n += 1) await writers[kind](write, fresh(`w${round}`), n);
  };
  // Several at what takes more than one object, so that some are cut between two of its steps.
  await Promise.all([...Object.keys(writers), "teams", "teams", "teams", "signUps", "signUps"].map(loop));
  await dying;
}

function of(kind, round) {
  return ledger[kind].filter((entry) => entry.round === round);
}

/** Reads every acknowledged write of a round back. */
async function readBack(round, options) {
  const get = async (client, path) => succeeded(await client.get(path, options), 200);
  for (const { name, done } of of("secrets", round).filter((entry) => entry.done)) {
    assert.deepEqual(await get(program, `/v1/teams/${team.id}/secrets/${name}`), done.body);
  }
  await checkUpdates(options);
  for (const { done, maker } of of("teams", round).filter((entry) => entry.done)) {
    const mine = await get(maker.client, "/v1/teams");
    assert.ok(mine.some((summary) => summary.id === done.body.id), `${done.body.namespace} is missing`);
    assert.equal((await get(maker.client, `/v1/teams/${done.body.namespace}`)).id, done.body.id);
  }
  const pending = await all(ana.client, `/v1/teams/${team.id}/invitations`, options);
  for (const { email, done } of of("invitations", round).filter((entry) => entry.done)) {
    assert.deepEqual(pending.find((invitation) => invitation.email === email), done.body[0]);
  }
  for (const { client, username } of of("signUps", round).filter((entry) => entry.done)) {
    assert.equal((await get(client, "/v1/auth/session"))?.user.username, username);
  }
  for (const { made, revoked, key, done } of of("keys", round).filter((entry) => entry.done)) {
    const session = await get(ana.client.bearer(made ? done.body.key : key), "/v1/auth/session");
    if (revoked) assert.equal(session, null, "a revoked key works");
    else if (!of("keys", round).some((entry) => entry.revoked === done.body.id)) assert.equal(session?.team.id, team.id);
  }
}

/** The revision is the last one acknowledged, or later where a change was left without an answer. */
async function checkUpdates(options) {
  for (const secret of ["KEPT_0", "KEPT_1"]) {
    const tries = ledger.updates.filter((entry) => entry.secret === secret);
    const revisions = tries.filter((entry) => entry.done).map((entry) => revision(entry.done));
    const answer = await program.get(`/v1/teams/${team.id}/secrets/${secret}`, options);
    succeeded(answer, 200);
    if (revisions.length > 0) assert.ok(revision(answer) >= Math.max(...revisions), secret);
    if (tries.at(-1)?.done) assert.deepEqual(answer.body, tries.at(-1).done.body);
  }
}

function revision(answer) {
  return Number(answer.headers.etag.replaceAll('"', ""));
}

/** All pages of a list. */
async function all(client, path, options) {
  const rows = [];
  for (let next = `${path}?limit=120`; next; ) {
    const answer = await client.get(next, options);
    rows.push(...succeeded(answer, 200));
    next = answer.headers.link?.match(/<([^>]+)>/)?.[1];
  }
  return rows;
}

/** What no object may hold, whenever it was killed. */
function torn() {
  const found = [];
  for (const { kind, records } of primaries(server).filter(({ kind }) => kind === "Team")) {
    const keys = [...records.keys()];
    const members = keys.filter((key) => /^team\/[^/]+\/user\//.test(key));
    const owners = members.filter((key) => records.get(key).value.includes('"role":"owner"'));
    const isTeam = keys.some((key) => /^team\/[^/]+$/.test(key));
    if (isTeam && owners.length !== 1) found.push(`a ${kind} with ${owners.length} owners`);
    for (const [, id, account] of members.map((key) => key.match(/^team\/([^/]+)\/user\/(.+)$/))) {
      if (!records.has(`user/${account}/team/${id}`)) found.push(`${account} in ${id} without the way back`);
    }
    const lines = keys.filter((key) => /^audit\//.test(key)).length;
    const head = /"number":(\d+)/.exec(records.get("audit-head")?.value ?? "")?.[1] ?? 0;
    if (lines !== Number(head)) found.push(`${lines} lines of a log that counts ${head}`);
    const values = keys.filter((key) => key.startsWith("secret-value/")).map((key) => key.split("/")[1]);
    const secrets = keys.filter((key) => /^team\/[^/]+\/secret\//.test(key)).map((key) => key.split("/")[3]);
    for (const name of secrets) if (!values.includes(name)) found.push(`${name} without a value`);
  }
  return found;
}

for (const [round, cut] of CUTS.entries()) {
  test(`acknowledged writes survive kill ${round + 1}, and the replica catches up`, async () => {
    await writeUntilKilled(round, cut);
    assert.deepEqual(torn(), [], "on the disk of the killed server");
    halfWay += outboxes(server).length;
    await server.launch();
    await readBack(round);
    await settled(server);
    assert.deepEqual(differences(server), []);
    await readBack(round, REPLICA);
    assert.deepEqual(torn(), []);
    for (const kind of ["invitations", "signUps"]) {
      for (const { email } of of(kind, round).filter((entry) => entry.done)) {
        assert.ok((await mails(server, email)).length >= 1, `the mail to ${email} is lost`);
      }
    }
  });
}

test("the kills came in the middle: of every kind writes were acknowledged, and some writes were not", () => {
  for (const [kind, entries] of Object.entries(ledger)) {
    assert.ok(entries.some((entry) => entry.done), `no write of ${kind} was acknowledged`);
  }
  const open = Object.values(ledger).flatMap((entries) => entries.filter((entry) => !entry.done));
  assert.ok(open.length >= CUTS.length, `only ${open.length} writes were without an answer`);
  assert.ok(halfWay > 0, "no kill left anything to be finished");
});

test("a name whose claim was never answered is somebody's or free again", async () => {
  let bo;
  let claims = 0;
  /** Asks for a name, as a person who may still create a team. */
  const claim = async (namespace) => {
    if (claims % TEAMS_AN_HOUR === 0) bo = await signUp(server, "Bo");
    claims += 1;
    return bo.client.post("/v1/teams", { name: "Again", namespace });
  };
  const open = ledger.teams.filter((entry) => !entry.done);
  const openSignUps = ledger.signUps.filter((entry) => !entry.done);
  // Asking for names and emails lets this process know their objects, which the clock then wakes.
  const taken = [];
  for (const entry of open) {
    const answer = await claim(entry.namespace);
    if (answer.status === 409) taken.push(entry);
    else succeeded(answer, 201);
  }
  for (const { username, email } of openSignUps) {
    const answer = await claim(username);
    assert.ok([201, 409].includes(answer.status), answer.text);
    const known = await browser().post("/v1/auth/sign-in", { email, password: PASSWORD });
    assert.ok([200, 401].includes(known.status), known.text);
  }
  succeeded(await ana.client.post("/dev/clock", { ahead: 600 }), 200);
  await settled(server);

  for (const { namespace, maker } of taken) {
    const theirs = succeeded(await maker.client.get("/v1/teams"), 200);
    const isTheirs = theirs.some((summary) => summary.namespace === namespace);
    const answer = await claim(namespace);
    assert.equal(answer.status, isTheirs ? 409 : 201, `${namespace}: ${answer.text}`);
  }
  for (const { username, email } of openSignUps) {
    const client = browser();
    const answer = await client.post("/v1/auth/sign-in", { email, password: PASSWORD });
    if (answer.status === 200) {
      assert.equal(answer.body.user.username, username);
      succeeded(await client.get(`/v1/teams/${username}`), 200);
    } else {
      assert.equal(answer.status, 401, answer.text);
      // The email is free; the username is, unless it went to the team above.
      const again = { email, password: PASSWORD, username: fresh("again") };
      succeeded(await client.post("/v1/auth/sign-up", again), 201);
    }
  }
  await settled(server);
  assert.deepEqual(differences(server), []);
  assert.deepEqual(torn(), []);
});

test("what is in KV under a namespace leads to a team that has it", async () => {
  await until(() => differences(server).length === 0, "the replica differs");
  const entries = replica(server);
  const spaces = [...entries].filter(([key]) => key.startsWith("namespace/"));
  assert.ok(spaces.length > 0);
  for (const [key, value] of spaces) {
    const id = /"team":"(t0[0-9a-z]{10})"/.exec(value)?.[1];
    const found = entries.get(`team/${id}`);
    assert.ok(found?.includes(`"namespace":"${key.slice("namespace/".length)}"`), `${key} leads to ${found}`);
  }
});
