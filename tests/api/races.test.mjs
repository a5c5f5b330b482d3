// Several callers want the same thing at the same moment, on the real objects: one of them gets
// it, each time, and what stands afterwards is what that one was told.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, mails, REPLICA, tokenIn, until } from "../support/http.mjs";
import { fresh, join, makeKey, makeTeam, signIn, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, everyMail, settled } from "../support/state.mjs";

const ROUNDS = 4;

let server, ana, bo, cho, team;

before(async () => {
  server = await start();
  [ana, bo, cho] = await Promise.all([signUp(server, "Ana"), signUp(server, "Bo"), signUp(server, "Cho")]);
  team = await makeTeam(ana);
  for (const guest of [bo, cho]) await join(ana, team, guest, true);
});

after(() => server?.stop());

/** The statuses, least first. */
function statuses(answers) {
  return answers.map((answer) => answer.status).sort();
}

/** The one answer with this status; all others are the same well-formed refusal. */
function only(answers, status, refusal, code) {
  const expected = [status, ...answers.slice(1).map(() => refusal)].sort();
  assert.deepEqual(statuses(answers), expected, answers.map((answer) => answer.text).join("\n"));
  for (const { body } of answers.filter((answer) => answer.status === refusal)) {
    assert.deepEqual(Object.keys(body).sort(), ["code", "message"]);
    assert.equal(body.code, code);
  }
  return answers.find((answer) => answer.status === status);
}

async function rounds(count, play) {
  for (let round = 0; round < count; round += 1) await play(round);
}

/** The actions of a team's log, newest first. */
async function log(id) {
  return succeeded(await ana.client.get(`/v1/teams/${id}/audit`), 200);
}

test("of eight creates of one secret at once one makes it and seven are refused", async () => {
  const key = await makeKey(ana, team);
  await rounds(ROUNDS, async (round) => {
    const name = `RACED_${round}`;
    const before = (await log(team.id)).length;
    const callers = [key.client, ana.client, bo.client, cho.client, key.client, ana.client, bo.client, cho.client];
    const answers = await Promise.all(
      callers.map((caller, n) => caller.post(`/v1/teams/${team.id}/secrets`, { name, value: `value ${n}` })),
    );
    const made = only(answers, 201, 409, "CONFLICT");
    for (const options of [{}, REPLICA]) {
      const stands = succeeded(await key.client.get(`/v1/teams/${team.namespace}/secrets/${name}`, options), 200);
      assert.deepEqual(stands, made.body);
    }
    assert.equal((await log(team.id)).length, before + 1, "one create is in the log");
  });
});

test("of three teams that claim one namespace at once one gets it", async () => {
  await rounds(ROUNDS, async () => {
    const namespace = fresh("wanted");
    const people = [ana, bo, cho];
    const before = await Promise.all(people.map(teamsOf));
    const answers = await Promise.all(people.map((person) => person.client.post("/v1/teams", { name: "Wanted", namespace })));
    const made = only(answers, 201, 409, "CONFLICT");
    const winner = answers.indexOf(made);
    const found = succeeded(await people[winner].client.get(`/v1/teams/${namespace}`), 200);
    assert.equal(found.id, made.body.id);
    for (const [at, person] of people.entries()) {
      const more = (await teamsOf(person)).filter((id) => !before[at].includes(id));
      assert.deepEqual(more, at === winner ? [made.body.id] : []);
    }
  });
});

async function teamsOf(person) {
  return succeeded(await person.client.get("/v1/teams"), 200).map((summary) => summary.id);
}

test("a team, a username and a renamed team that claim one name at once do not share it", async () => {
  const renamed = await makeTeam(cho, "Renamed");
  let namespace = renamed.namespace;
  await rounds(ROUNDS, async () => {
    const name = fresh("name");
    const stranger = new Client(server);
    const signUpBody = { email: `${name}@example.test`, password: "plain copper kettle 9", username: name };
    const answers = await Promise.all([
      ana.client.post("/v1/teams", { name: "Named", namespace: name }),
      stranger.post("/v1/auth/sign-up", signUpBody),
      cho.client.patch(`/v1/teams/${renamed.id}`, { namespace: name }),
    ]);
    const winners = answers.filter((answer) => answer.status < 300);
    assert.equal(winners.length, 1, answers.map((answer) => `${answer.status} ${answer.text}`).join("\n"));
    assert.ok(answers.every((answer) => answer.status < 300 || answer.body.code === "CONFLICT"));
    if (answers[2].status === 200) namespace = name;
    const stands = succeeded(await cho.client.get(`/v1/teams/${renamed.id}`), 200);
    assert.equal(stands.namespace, namespace);
    // Whoever lost the name keeps nothing that was begun for it: the email is free again.
    if (answers[1].status === 409) {
      const again = { ...signUpBody, username: fresh("other") };
      succeeded(await stranger.post("/v1/auth/sign-up", again), 201);
    }
  });
});

test("of two admins who demote each other at once one stays an admin", async () => {
  await rounds(ROUNDS, async () => {
    const [of_bo, of_cho] = [bo, cho].map((person) => `/v1/teams/${team.id}/users/${person.session.user.id}`);
    const answers = await Promise.all([
      bo.client.put(of_cho, { isAdmin: false }),
      cho.client.put(of_bo, { isAdmin: false }),
    ]);
    only(answers, 200, 403, "FORBIDDEN");
    const members = succeeded(await ana.client.get(`/v1/teams/${team.id}/users`), 200);
    const admins = members.filter((member) => member.isAdmin).map((member) => member.userId);
    const winner = answers[0].status === 200 ? bo : cho;
    assert.deepEqual(admins.sort(), [ana.session.user.id, winner.session.user.id].sort());
    for (const path of [of_bo, of_cho]) succeeded(await ana.client.put(path, { isAdmin: true }), 200);
  });
});

test("an invitation accepted twice at once is accepted once", async () => {
  await rounds(ROUNDS, async () => {
    const dee = await signUp(server, "Dee");
    const devices = [dee.client, await signIn(server, dee)];
    const [invitation] = succeeded(
      await ana.client.post(`/v1/teams/${team.id}/invitations`, { emails: [dee.email], isAdmin: false }),
      201,
    );
    const mail = await until(async () => (await mails(server, dee.email)).find((mail) => mail.text.includes("/invitations/accept")), "no invitation");
    const before = (await log(team.id)).length;
    const answers = await Promise.all([
      devices[0].post("/v1/invitations/accept", { token: tokenIn(mail) }),
      devices[1].post("/v1/invitations/accept", { id: invitation.id }),
    ]);
    const accepted = answers.filter((answer) => answer.status === 200);
    assert.equal(accepted.length, 1, answers.map((answer) => answer.text).join("\n"));
    // By the list's id, the other may come so late that the list no longer has it.
    const refused = answers.find((answer) => answer.status !== 200);
    assert.ok(["CONFLICT", "NOT_FOUND"].includes(refused.body.code), refused.text);
    assert.equal(accepted[0].body.userId, dee.session.user.id);
    const members = succeeded(await ana.client.get(`/v1/teams/${team.id}/users`), 200);
    assert.equal(members.filter((member) => member.userId === dee.session.user.id).length, 1);
    assert.ok((await teamsOf(dee)).includes(team.id));
    assert.equal((await log(team.id)).length, before + 1, "one joining is in the log");
  });
});

test("eight calls with one Idempotency-Key do the thing once", async () => {
  await rounds(ROUNDS, async () => {
    const namespace = fresh("once");
    // Nobody makes many teams within an hour.
    const una = await signUp(server, "Una");
    const before = (await teamsOf(una)).length;
    const headers = { "idempotency-key": fresh("call") };
    const call = () => una.client.post("/v1/teams", { name: "Once", namespace }, { headers });
    const answers = await Promise.all(Array.from({ length: 8 }, call));
    const made = answers.filter((answer) => answer.status === 201);
    assert.ok(made.length >= 1, answers.map((answer) => answer.text).join("\n"));
    for (const answer of made) assert.deepEqual(answer.body, made[0].body);
    for (const answer of answers) {
      if (answer.status === 201) continue;
      assert.equal(answer.status, 409);
      assert.match(answer.body.message, /still at work/);
    }
    assert.deepEqual(succeeded(await call(), 201), made[0].body, "a call after that gets the first answer");
    assert.equal((await teamsOf(una)).length, before + 1);
    const other = await una.client.post("/v1/teams", { name: "Other", namespace: fresh("once") }, { headers });
    assert.equal(other.status, 409, "another body is another call");
  });
});

test("eight calls with one Idempotency-Key send one mail and show a key once", async () => {
  const email = `${fresh("erin")}@example.test`;
  const headers = { "idempotency-key": fresh("call") };
  const invite = () => ana.client.post(`/v1/teams/${team.id}/invitations`, { emails: [email], isAdmin: false }, { headers });
  // It asks for budgets elsewhere between its steps, so that another call may find the first at work.
  const invited = await Promise.all(Array.from({ length: 8 }, invite));
  const made = invited.filter((answer) => answer.status === 201);
  assert.ok(made.length >= 1, invited.map((answer) => answer.text).join("\n"));
  for (const answer of made) assert.deepEqual(answer.body, made[0].body);
  for (const answer of invited.filter((answer) => !made.includes(answer))) {
    assert.equal(answer.status, 409);
    assert.match(answer.body.message, /still at work/);
  }
  assert.deepEqual(succeeded(await invite(), 201), made[0].body, "a call after that gets the first answer");
  assert.equal((await everyMail(server, email)).length, 1);

  const make = () => ana.client.post(`/v1/teams/${team.id}/api-keys`, { name: "once" }, { headers });
  const keys = (await Promise.all(Array.from({ length: 8 }, make))).map((answer) => succeeded(answer, 201));
  assert.equal(new Set(keys.map((key) => key.id)).size, 1);
  assert.equal(keys.filter((key) => key.key !== undefined).length, 1, "one answer shows the key");
});

test("of fifty wrong passwords at once ten are looked at", async () => {
  await rounds(2, async (round) => {
    // An email that nobody has waits like any other.
    const email = round === 0 ? bo.email : `${fresh("nobody")}@example.test`;
    const page = new Client(server, {
      ...ana.client.headers,
      "cf-connecting-ip": `192.0.2.${round + 1}`, // each round has the limit per address to itself
    });
    const guess = (password) => page.post("/v1/auth/sign-in", { email, password });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => guess(`a wrong password ${n}`)));
    const looked = answers.filter((answer) => answer.status === 401);
    const waiting = answers.filter((answer) => answer.status === 429);
    assert.deepEqual([looked.length, waiting.length], [10, 40], statuses(answers).join());
    for (const answer of waiting) {
      assert.equal(answer.body.code, "TOO_MANY_REQUESTS");
      const seconds = Number(answer.headers["retry-after"]);
      assert.ok(seconds > 0 && seconds <= 900, `Retry-After: ${answer.headers["retry-after"]}`);
    }
    assert.equal((await guess(bo.password)).status, 429, "the right password waits too");
  });
  const session = succeeded(await bo.client.get("/v1/auth/session"), 200);
  assert.equal(session?.user.id, bo.session.user.id, "a session that exists goes on");
});

test("after all of it the replica is what the primaries are", async () => {
  await settled(server);
  assert.deepEqual(differences(server), []);
});
