// The server is killed, as by a power cut, while people leave, and again while it erases them. Who got an answer
// has left; who got none has left or has not, and can try again; after two weeks nothing is left of those who did.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, until } from "../support/http.mjs";
import { join, makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, primaries, replica, settled } from "../support/state.mjs";

const PEOPLE = 8;
const HOUR = 60 * 60;
const DAY = 24 * HOUR;

let server, ana, core, people;

before(async () => {
  server = await start();
  ana = await signUp(server, "Ana");
  core = await makeTeam(ana, "Core");
  people = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const person = await signUp(server, `Leaver${n}`);
    await join(ana, core, person);
    const solo = await makeTeam(person, "Solo");
    const key = await makeKey(person, core);
    people.push({ ...person, solo, key });
  }
  await settled(server);
});
after(() => server?.stop());

const leave = (person) => person.client.post("/v1/account/deactivation", { username: person.username });

/** Everybody leaves, two at a time; the power goes after so many answers and a part of the time that one took. */
async function leaveUntilKilled(cut, part) {
  let answers = 0;
  let dying;
  const since = performance.now();
  const waiting = [...people];
  const leaveInTurn = async () => {
    for (let person = waiting.shift(); person; person = waiting.shift()) {
      const answer = await leave(person).catch(() => undefined);
      if (!answer || answer.status >= 500) return;
      succeeded(answer, 202);
      person.left = true;
      answers += 1;
      if (answers === cut) dying = sleep((part * (performance.now() - since)) / cut).then(() => server.kill());
    }
  };
  await Promise.all([leaveInTurn(), leaveInTurn()]);
  await dying;
}

/** Whether somebody can sign in: 200, or 403 where they have left. From an address of their own. */
async function signIn(person, n) {
  const client = new Client(server, { ...ana.client.headers, "cf-connecting-ip": `198.51.100.${n}` });
  const answer = await client.post("/v1/auth/sign-in", { email: person.email, password: person.password });
  return { client, status: answer.status };
}

test("who left is gone after a kill, and who got no answer may try again", async () => {
  await leaveUntilKilled(2, 0.5);
  assert.ok(people.some((person) => person.left) && people.some((person) => !person.left), "the kill came in the middle");
  await server.launch();
  for (const [n, person] of people.entries()) {
    const { client, status } = await signIn(person, n);
    if (person.left) assert.equal(status, 403, `${person.username} has left`);
    if (status === 403) continue;
    assert.equal(status, 200, person.username);
    // An attempt that was cut short stands in nobody's way.
    Object.assign(person, { client });
    succeeded(await leave(person), 202);
  }
  await settled(server);
  for (const person of people) {
    assert.equal((await person.key.client.get(`/v1/teams/${core.id}`)).status, 401, `${person.username}'s key has ended`);
  }
  const members = succeeded(await ana.client.get(`/v1/teams/${core.id}/users`), 200);
  assert.equal(members.filter(({ isDeactivated }) => isDeactivated).length, PEOPLE);
  assert.deepEqual(differences(server), []);
});

/** Whose names stand anywhere. The mailbox of development holds what was sent. */
function known() {
  const texts = primaries(server).flatMap(({ records }) => [...records].map(([key, { value, meta }]) => `${key} ${value} ${meta}`));
  for (const [key, value] of replica(server)) texts.push(`${key} ${value}`);
  return people.filter(({ username }) => texts.some((text) => text.includes(username))).map(({ username }) => username);
}

test("erasing goes on where a kill cut it", async () => {
  assert.equal(known().length, PEOPLE);
  let ahead = 14 * DAY + HOUR;
  const clock = async () => succeeded(await new Client(server).post("/dev/clock", { ahead }), 200);
  // The first of them is erased when the power goes.
  const erasing = clock().catch(() => undefined);
  const erased = () => primaries(server).filter(({ kind, records }) => kind === "Account" && records.has("fence")).length;
  await until(() => erased() > 0, "nobody was erased", 60_000);
  await server.kill();
  await erasing;
  assert.ok(erased() < PEOPLE, "the kill came in the middle");
  await server.launch();
  // A new process knows no objects; asking for somebody makes it know theirs, which the clock then wakes.
  for (const [n, person] of people.entries()) {
    await signIn(person, n);
    const taken = await ana.client.post("/v1/teams", { name: "Taken", namespace: person.username });
    assert.equal(taken.status, 409, taken.text);
  }
  await until(
    async () => {
      ahead += HOUR;
      await clock();
      return known().length === 0;
    },
    "somebody who left is still known",
    60_000,
  ).catch((error) => assert.fail(`${error.message}: ${known().join(", ")}`));
  await settled(server);
  assert.deepEqual(differences(server), []);
  for (const [n, person] of people.entries()) assert.equal((await signIn(person, n)).status, 401);
  const again = new Client(server);
  succeeded(await again.post("/v1/auth/sign-in", { email: ana.email, password: ana.password }), 200);
  assert.equal(succeeded(await again.get(`/v1/teams/${core.id}/users`), 200).length, 1);
});
