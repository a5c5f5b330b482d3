// The server is killed, as by a power cut, while people take their accounts back. The account and the API keys in its
// teams are in different objects: whoever got an answer, and whoever got none but has the new password, has no key left
// that was made of late; the others have everything that they had.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, lastMail, tokenIn } from "../support/http.mjs";
import { join, makeKey, makeTeam, signUp, sshKey, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, settled } from "../support/state.mjs";

const PEOPLE = 8;
const NEW = "seven lamps on a pier";

let server, ana, core, people;

before(async () => {
  server = await start();
  ana = await signUp(server, "Ana");
  core = await makeTeam(ana, "Core");
  people = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const person = await signUp(server, `Owner${n}`);
    await join(ana, core, person);
    const keys = [await makeKey(person, core), await makeKey(person, person.session.team)];
    succeeded(await person.client.post("/v1/account/ssh-keys", { name: "Theirs", publicKey: sshKey() }), 201);
    const token = tokenIn(await lastMail(server, person.email, (mail) => mail.subject === "An SSH key was added"));
    people.push({ ...person, keys, token });
  }
  await settled(server);
});
after(() => server?.stop());

/** From an address of its own. */
const stranger = (n) => new Client(server, { ...ana.client.headers, "cf-connecting-ip": `198.51.100.${n}` });

test("what a kill cuts short is done or is not, in the account and in its teams", async () => {
  let answers = 0;
  let dying;
  const since = performance.now();
  await Promise.all(
    people.map(async (person, n) => {
      const body = { token: person.token, password: NEW };
      const answer = await stranger(n).post("/v1/auth/take-back", body).catch(() => undefined);
      if (!answer || answer.status >= 500) return;
      succeeded(answer, 200);
      person.isBack = true;
      answers += 1;
      if (answers === 2) dying = sleep((0.5 * (performance.now() - since)) / PEOPLE).then(() => server.kill());
    }),
  );
  await dying;
  await server.launch();
  await settled(server);
  for (const [n, person] of people.entries()) {
    const sign = async (password) =>
      (await stranger(n).post("/v1/auth/sign-in", { email: person.email, password })).status;
    const isNew = (await sign(NEW)) === 200;
    assert.ok(isNew || !person.isBack, `${person.username} got an answer`);
    assert.equal(await sign(person.password), isNew ? 401 : 200, person.username);
    for (const key of person.keys) {
      const answer = await key.client.get("/v1/teams");
      assert.equal(answer.status, isNew ? 401 : 200, `${person.username}'s key`);
    }
    if (!isNew) succeeded(await stranger(n).post("/v1/auth/take-back", { token: person.token, password: NEW }), 200);
  }
  await settled(server);
  for (const { keys } of people) {
    for (const key of keys) assert.equal((await key.client.get("/v1/teams")).status, 401);
  }
  assert.deepEqual(differences(server), []);
});
