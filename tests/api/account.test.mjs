// Getting back into an account, and keeping others out of it, on the real objects: one link used
// from two sides, many wrong passwords at once, a lock and its way out, a new email from two sides.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, lastMail, tokenIn, until } from "../support/http.mjs";
import { fresh, signIn, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, everyMail, settled } from "../support/state.mjs";

const OTHER = ["brass kettle otter 9", "copper lamp heron 2"];
const HOUR = 3600;

let server;
let address = 0;
let ahead = 0;

before(async () => {
  server = await start();
});

after(() => server?.stop());

/** A browser that knows nobody, with the limits per address to itself. */
function stranger() {
  address += 1;
  const page = new Client(server);
  page.headers["cf-connecting-ip"] = `198.51.100.${address}`;
  return page;
}

async function pass(seconds) {
  ahead += seconds;
  succeeded(await new Client(server).post("/dev/clock", { ahead }), 200);
}

function attempt(client, email, password) {
  return client.post("/v1/auth/sign-in", { email, password });
}

async function ask(client, email) {
  succeeded(await client.post("/v1/auth/password-reset", { email }), 202);
}

function statuses(answers) {
  return answers.map((answer) => answer.status).sort();
}

function subject(text) {
  return (mail) => mail.subject === text;
}

test("one link to reset, used from two sides at once, sets one password", async () => {
  for (let round = 0; round < 4; round += 1) {
    const person = await signUp(server, "Ana");
    await ask(stranger(), person.email);
    const token = tokenIn(await lastMail(server, person.email, subject("Choose a new password")));
    const answers = await Promise.all(
      OTHER.map((password) => stranger().put("/v1/auth/password-reset", { token, password })),
    );
    assert.deepEqual(statuses(answers), [200, 400], answers.map((answer) => answer.text).join("\n"));
    const won = answers.findIndex((answer) => answer.status === 200);
    const signedIn = await Promise.all(OTHER.map((password) => attempt(stranger(), person.email, password)));
    assert.deepEqual(signedIn.map((answer) => answer.status), won === 0 ? [200, 401] : [401, 200]);
    assert.equal(succeeded(await person.client.get("/v1/auth/session"), 200), null);
  }
});

test("of fifty wrong passwords at once exactly ten are looked at, and a live session goes on", async () => {
  const person = await signUp(server, "Bo");
  const client = stranger();
  const answers = await Promise.all(Array.from({ length: 50 }, () => attempt(client, person.email, "wrong")));
  assert.equal(answers.filter((answer) => answer.status === 401).length, 10);
  assert.equal(answers.filter((answer) => answer.status === 429).length, 40);
  assert.ok(answers.every((answer) => answer.status === 401 || Number(answer.headers["retry-after"]) > 0));
  // The right one waits as well; whoever is signed in notices nothing.
  assert.equal((await attempt(client, person.email, person.password)).status, 429);
  succeeded(await person.client.patch("/v1/account", { theme: "dark" }), 200);
  const log = succeeded(await person.client.get("/v1/account/security-log?limit=100"), 200);
  const failures = log.filter((event) => event.action === "sign-in.fail");
  assert.deepEqual(failures.map((event) => event.count), [10], "one line says how often");
  await lastMail(server, person.email, subject("Signing in is paused"));
  await pass(HOUR);
  succeeded(await attempt(client, person.email, person.password), 200);
});

test("five requests lock, the mail unlocks, and a known browser never notices", async () => {
  const person = await signUp(server, "Cho");
  const attacker = stranger();
  for (let n = 0; n < 5; n += 1) await ask(attacker, person.email);
  const letter = await lastMail(server, person.email, subject("Your account is locked"));
  const elsewhere = stranger();
  const right = await attempt(elsewhere, person.email, person.password);
  const wrong = await attempt(elsewhere, person.email, "wrong");
  assert.deepEqual([right.status, right.text], [401, wrong.text]);
  succeeded(await attempt(person.client, person.email, person.password), 200);
  await ask(attacker, person.email);
  const token = tokenIn(letter);
  const both = await Promise.all([1, 2].map(() => elsewhere.post("/v1/auth/unlock", { token })));
  assert.deepEqual(statuses(both), [204, 400]);
  await until(async () => (await attempt(elsewhere, person.email, person.password)).status === 200, "it stays locked");
  const sent = (await everyMail(server, person.email)).filter(subject("Choose a new password"));
  assert.equal(sent.length, 4, "a locked account is sent no link");
});

test("of two people who ask for one email at once one gets it, and an undone change gives it back", async () => {
  const [dee, eve] = await Promise.all([signUp(server, "Dee"), signUp(server, "Eve")]);
  const email = `${fresh("shared")}@example.test`;
  const answers = await Promise.all([dee, eve].map((person) => person.client.post("/v1/account/email", { email })));
  assert.deepEqual(statuses(answers), [202, 409]);
  const winner = [dee, eve][answers.findIndex((answer) => answer.status === 202)];
  const token = tokenIn(await lastMail(server, email));
  succeeded(await winner.client.post("/v1/auth/confirm-email", { token }), 204);
  const undo = tokenIn(await lastMail(server, winner.email, subject("Your email address was changed")));
  const undone = await Promise.all(
    OTHER.map((password) => stranger().post("/v1/auth/email-undo", { token: undo, password })),
  );
  assert.deepEqual(statuses(undone), [200, 400]);
  const password = OTHER[undone.findIndex((answer) => answer.status === 200)];
  succeeded(await attempt(stranger(), winner.email, password), 200);
  assert.equal((await attempt(stranger(), email, password)).status, 401);
  await until(async () => {
    const other = { email, password, username: fresh("else") };
    return (await stranger().post("/v1/auth/sign-up", other)).status === 201;
  }, "the email stays claimed");
});

test("a session that was ended, and a cookie that was turned over, are refused at once", async () => {
  const person = await signUp(server, "Finn");
  const phone = await signIn(server, person);
  const copied = new Client(server);
  copied.cookies = new Map(person.client.cookies);
  succeeded(await person.client.post("/v1/auth/reauthenticate", { password: person.password }), 204);
  succeeded(await person.client.patch("/v1/account", { theme: "dark" }), 200);
  assert.equal((await copied.patch("/v1/account", { theme: "light" })).status, 401);
  assert.equal((await copied.get("/v1/account")).status, 401);
  const sessions = succeeded(await person.client.get("/v1/account/sessions"), 200);
  assert.deepEqual(sessions.map((session) => session.isCurrent), [true, false]);
  succeeded(await person.client.delete(`/v1/account/sessions/${sessions[1].id}`), 204);
  assert.equal((await phone.patch("/v1/account", { theme: "light" })).status, 401);
  assert.equal((await phone.get("/v1/account")).status, 401);
});

test("primaries and replica agree after all of it", async () => {
  await settled(server);
  assert.deepEqual(differences(server), []);
});
