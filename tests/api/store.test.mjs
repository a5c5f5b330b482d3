// The rules of the store on the real objects and the real KV of the runtime: what a change leaves
// in primary and replica, what alarms do when their time has come, lists beyond what KV gives at
// once, and that nothing secret lies or runs in the clear.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join as joined } from "node:path";
import { after, before, test } from "node:test";
import { Client, lastMail, mails, REPLICA, tokenIn, until } from "../support/http.mjs";
import { fresh, join, makeKey, makeTeam, signUp, signUpUnconfirmed, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, keepStale, mailboxFiles, primaries, replica, settled } from "../support/state.mjs";

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

let server, ana, team, program;

before(async () => {
  server = await start();
  ana = await signUp(server, "Ana");
  team = await makeTeam(ana);
  program = (await makeKey(ana, team)).client;
});

after(() => server?.stop());

/** Moves the server's time, in seconds ahead of ours; it only goes forward in these tests. */
async function clock(ahead) {
  succeeded(await new Client(server).post("/dev/clock", { ahead }), 200);
}

/** The keys of all due things that fit. */
function due(pattern) {
  return primaries(server).flatMap(({ records }) => [...records.keys()].filter((key) => pattern.test(key)));
}

test("what was just written is read at once, from the primary and from the replica", async () => {
  const path = `/v1/teams/${team.id}`;
  for (let n = 0; n < 5; n += 1) {
    const made = succeeded(await program.post(`${path}/secrets`, { name: `READ_${n}`, value: "v" }), 201);
    for (const options of [{}, REPLICA]) {
      assert.deepEqual(succeeded(await program.get(`${path}/secrets/READ_${n}`, options), 200), made);
      assert.ok(succeeded(await program.get(`${path}/secrets`, options), 200).some((secret) => secret.name === made.name));
    }
    succeeded(await program.delete(`${path}/secrets/READ_${n}`), 204);
    for (const options of [{}, REPLICA]) assert.equal((await program.get(`${path}/secrets/READ_${n}`, options)).status, 404);
    const bio = `The ${n}th word`;
    succeeded(await ana.client.patch(path, { bio }), 200);
    assert.equal(succeeded(await ana.client.get(path), 200).bio, bio);
  }
});

test("many changes of one record at once leave the last one in the replica", async () => {
  const path = `/v1/teams/${team.id}/secrets/BUSY`;
  succeeded(await program.post(`/v1/teams/${team.id}/secrets`, { name: "BUSY", value: "v" }), 201);
  const answers = await Promise.all(Array.from({ length: 16 }, (_, n) => program.patch(path, { value: `v${n}` })));
  for (const answer of answers) succeeded(answer, 200);
  const last = Math.max(...answers.map(({ headers }) => Number(headers.etag.replaceAll('"', ""))));
  await settled(server);
  for (const options of [{}, REPLICA]) assert.equal((await program.get(path, options)).headers.etag, `"${last}"`);
  assert.deepEqual(differences(server), []);
});

test("a commit that fails half-way leaves nothing, in no object and not in KV", async () => {
  await settled(server);
  const name = "HALF_WAY";
  const before = { primaries: primaries(server), replica: replica(server) };
  succeeded(await new Client(server).post("/dev/fail", { key: `team/${team.id}/secret/${name}` }), 200);
  const refused = await program.post(`/v1/teams/${team.id}/secrets`, { name, value: "v" });
  assert.deepEqual([refused.status, refused.body.code], [500, "INTERNAL_SERVER_ERROR"]);
  assert.deepEqual({ primaries: primaries(server), replica: replica(server) }, before);
  // The object goes on as if nothing had been asked.
  succeeded(await program.post(`/v1/teams/${team.id}/secrets`, { name, value: "v" }), 201);
  await settled(server);
  assert.deepEqual(differences(server), []);
});

test("a change that is refused writes nothing, in no object and not in KV", async () => {
  await settled(server);
  // Health and counters of attempts are no part of a team's or an account's data.
  const data = () => ({
    primary: primaries(server).filter(({ kind }) => ["Team", "Account"].includes(kind)).map(({ records }) => Object.fromEntries(records)),
    replica: Object.fromEntries(replica(server)),
  });
  const before = data();
  const path = `/v1/teams/${team.id}`;
  const refusals = [
    [409, await program.post(`${path}/secrets`, { name: "BUSY", value: "other" })],
    [412, await program.patch(`${path}/secrets/BUSY`, { value: "other" }, { headers: { "if-match": '"1000000"' } })],
    [400, await ana.client.patch(path, { name: "Fine", namespace: "Not Fine" })],
    [400, await ana.client.post(`${path}/invitations`, { emails: [ana.email, "not fine"], isAdmin: false })],
    [409, await ana.client.delete(`${path}/users/${ana.session.user.id}`)],
    [403, await program.post("/v1/teams", { name: "By a key", namespace: fresh("by-a-key") })],
  ];
  for (const [status, answer] of refusals) assert.equal(answer.status, status, answer.text);
  assert.deepEqual(data(), before);
});

test("a team of 1,500 members pages whole, in both orders and by role", async () => {
  const made = succeeded(await new Client(server).post("/dev/seed", { members: 1_500 }), 200);
  const reader = ana.client.bearer(made.key);
  const everybody = async (query, options) => {
    const seen = [];
    for (let next = `/v1/teams/${made.team.namespace}/users?${query}`; next; ) {
      const answer = await reader.get(next, options);
      seen.push(...succeeded(answer, 200));
      next = answer.headers.link?.match(/<([^>]+)>/)?.[1];
    }
    return seen;
  };
  const newest = await everybody("limit=120");
  assert.equal(new Set(newest.map((member) => member.userId)).size, 1_501);
  const times = newest.map((member) => member.dtConfirmed);
  assert.deepEqual(times, times.toSorted().toReversed());
  assert.deepEqual(await everybody("limit=119&order=asc"), newest.toReversed());
  const roles = { owner: 1, admin: 150, member: 1_350 };
  for (const [role, count] of Object.entries(roles)) assert.equal((await everybody(`role=${role}`)).length, count, role);
  await settled(server, 60_000);
  assert.deepEqual(differences(server), []);
});

test("nothing secret lies in the clear in the local data, and nothing private is in the log", async () => {
  const bo = await signUpUnconfirmed(server, "Bo");
  const confirmation = tokenIn(await lastMail(server, bo.email));
  succeeded(await bo.client.post("/v1/auth/confirm-email", { token: confirmation }), 204);
  await join(ana, team, bo);
  const invitation = tokenIn(await lastMail(server, bo.email, (mail) => /invitations\/accept/.test(mail.text)));
  const key = await makeKey(bo, team);
  const value = `marker-${fresh("value")}`;
  const changed = `marker-${fresh("changed")}`;
  succeeded(await program.post(`/v1/teams/${team.id}/secrets`, { name: "MARKER", value }), 201);
  const headers = { "idempotency-key": fresh("call") };
  succeeded(await program.patch(`/v1/teams/${team.id}/secrets/MARKER`, { value: changed }, { headers }), 200);
  succeeded(await key.client.get("/v1/auth/session"), 200);
  // Failures are where values slip out.
  await program.post(`/v1/teams/${team.id}/secrets`, { name: "MARKER", value: changed });
  await program.post(`/v1/teams/${team.id}/secrets`, { name: value, value: { nested: changed } });
  await new Client(server).post("/v1/auth/sign-in", { email: bo.email, password: `${bo.password}x` });
  await bo.client.post("/v1/auth/confirm-email", { token: confirmation });
  await settled(server);

  const [cookie] = bo.client.cookies.values();
  const secrets = { value, changed, key: key.key, password: bo.password, cookie, confirmation, invitation };
  const mailbox = new Set(mailboxFiles(server));
  const files = readdirSync(server.state, { recursive: true })
    .map((file) => joined(server.state, file))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() && !mailbox.has(file));
  assert.ok(files.some((file) => file.includes("TeamObject")) && files.some((file) => file.includes("/blobs/")));
  const bytes = files.map((file) => [file, readFileSync(file)]);
  // The search finds what is meant to be there.
  assert.ok(bytes.some(([, content]) => content.includes(bo.email)), "the email stands in the account");
  for (const [what, text] of Object.entries(secrets)) {
    assert.ok(text?.length > 10, what);
    for (const form of [text, Buffer.from(text).toString("base64").replace(/=+$/, ""), Buffer.from(text).toString("hex")]) {
      const found = bytes.filter(([, content]) => content.includes(form)).map(([file]) => file.slice(server.state.length));
      assert.deepEqual(found, [], `the ${what} lies in the clear`);
      assert.ok(!server.logs().includes(form), `the ${what} is in the log`);
    }
  }
  assert.ok(!server.logs().includes(bo.email), "an email is in the log");
});

// The tests below move the clock, each further than the one before.

test("a revoked key that an edge still has is deleted there again after 70 seconds and 10 minutes", async () => {
  const key = await makeKey(ana, team);
  const stored = `team/${team.id}/pass/${key.id}`;
  const session = async (options) => succeeded(await key.client.get("/v1/auth/session", options), 200);
  await settled(server);
  assert.equal((await session(REPLICA)).team.id, team.id);
  const putBack = keepStale(server, stored);
  succeeded(await ana.client.delete(`/v1/teams/${team.id}/api-keys/${key.id}`), 204);
  assert.equal(await session(), null);
  await settled(server);
  for (const [nth, ahead] of [[1, 2 * MINUTE], [2, 12 * MINUTE]]) {
    putBack();
    assert.deepEqual(differences(server), [`${stored} is in KV and in no object`]);
    assert.equal((await session(REPLICA))?.team.id, team.id, "readers are answered from the replica");
    assert.deepEqual(due(/^~due\/resend\//), [`~due/resend/${nth}/${stored}`]);
    await clock(ahead);
    await until(async () => (await session(REPLICA)) === null, "the deletion was not sent again");
    await settled(server);
  }
  assert.deepEqual(due(/^~due\/resend\//), []);
});

test("the wait after ten wrong passwords ends after 15 minutes", async () => {
  const page = new Client(server, { ...ana.client.headers, "cf-connecting-ip": "192.0.2.1" });
  const signIn = (password) => page.post("/v1/auth/sign-in", { email: ana.email, password });
  for (let n = 0; n < 10; n += 1) assert.equal((await signIn("a wrong password")).status, 401);
  const waiting = await signIn(ana.password);
  assert.equal(waiting.status, 429);
  const seconds = Number(waiting.headers["retry-after"]);
  await clock(12 * MINUTE + seconds - 30);
  assert.equal((await signIn(ana.password)).status, 429);
  await clock(12 * MINUTE + seconds + 1);
  succeeded(await signIn(ana.password), 200);
});

test("an unconfirmed email is free again after 24 hours, and the account goes after 7 days", async () => {
  const squatter = await signUpUnconfirmed(server, "Squatter");
  const { email, username, password } = squatter;
  const token = tokenIn(await lastMail(server, email));
  const claim = { email, password, username: fresh("rightful") };
  const rightful = new Client(server);
  assert.equal((await rightful.post("/v1/auth/sign-up", claim)).status, 409);
  await clock(23 * HOUR);
  assert.equal((await rightful.post("/v1/auth/sign-up", claim)).status, 409);
  await clock(25 * HOUR);
  assert.equal((await squatter.client.post("/v1/auth/confirm-email", { token })).status, 400, "the link is out of date");
  succeeded(await rightful.post("/v1/auth/sign-up", claim), 201);
  const confirm = { token: tokenIn(await lastMail(server, email)) };
  succeeded(await rightful.post("/v1/auth/confirm-email", confirm), 204);
  const session = async () => succeeded(await squatter.client.get("/v1/auth/session"), 200);
  assert.equal((await session())?.user.username, username, "the account itself still looks around");
  assert.equal((await squatter.client.post("/v1/auth/confirm-email/resend")).status, 409, "the email is another's now");

  await clock(7 * DAY + HOUR);
  await until(async () => (await session()) === null, "the account is still there");
  await settled(server);
  assert.deepEqual(differences(server), []);
  const again = { email: `${fresh("late")}@example.test`, password, username };
  succeeded(await new Client(server).post("/v1/auth/sign-up", again), 201);
  const stays = succeeded(await rightful.get("/v1/auth/session"), 200);
  assert.equal(stays?.user.email, email);
});

test("an invitation ends after 7 days, and its resending turns the token over", async () => {
  const dee = await signUp(server, "Dee");
  const path = `/v1/teams/${team.id}/invitations`;
  const [invitation] = succeeded(await ana.client.post(path, { emails: [dee.email], isAdmin: false }), 201);
  const isInvitation = (mail) => /invitations\/accept/.test(mail.text);
  const first = tokenIn(await lastMail(server, dee.email, isInvitation));
  await clock(14 * DAY + 2 * HOUR);
  assert.deepEqual(succeeded(await ana.client.get(path), 200).filter(({ id }) => id === invitation.id), []);
  assert.deepEqual(succeeded(await dee.client.get("/v1/account/invitations"), 200), []);
  const late = await dee.client.post("/v1/invitations/accept", { token: first });
  assert.deepEqual([late.status, late.body.code], [409, "CONFLICT"]);
  succeeded(await ana.client.post(`${path}/${invitation.id}/resend`), 200);
  const second = tokenIn(await lastMail(server, dee.email, (mail) => isInvitation(mail) && tokenIn(mail) !== first));
  assert.equal((await dee.client.post("/v1/invitations/accept", { token: first })).status, 409);
  succeeded(await dee.client.post("/v1/invitations/accept", { token: second }), 200);
  await settled(server);
  assert.deepEqual(differences(server), []);
});
