// Second factors on the real objects: what comes at once is looked at one by one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, lastMail } from "../support/http.mjs";
import { signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { App, turnOn } from "../support/totp.mjs";

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

const challenge = async (person) => {
  const body = { email: person.email, password: person.password };
  return succeeded(await new Client(server).post("/v1/auth/sign-in", body), 202).challengeId;
};
const answer = (challengeId, method, code) =>
  new Client(server).post("/v1/auth/sign-in/challenge", { challengeId, method, code });
const statuses = (answers) => answers.map(({ status }) => status).toSorted((a, b) => a - b);
const sessions = async (person) => succeeded(await person.client.get("/v1/account/sessions"), 200).length;

test("of fifty wrong codes at once exactly ten are looked at, and the right one waits too", async () => {
  const ana = await signUp(server, "Ana");
  const { app, codes } = await turnOn(ana);
  const asked = await challenge(ana);
  const answers = await Promise.all(Array.from({ length: 50 }, () => answer(asked, "totp", app.wrong())));
  assert.deepEqual([answers.filter(({ status }) => status === 401).length, answers.filter(({ status }) => status === 429).length], [10, 40]);
  assert.match(answers.find(({ status }) => status === 401).body.message, /clock/);
  for (const [method, code] of [["totp", await app.code()], ["recovery", codes[0]]]) {
    const waits = await answer(asked, method, code);
    assert.equal(waits.status, 429, waits.text);
    const seconds = Number(waits.headers["retry-after"]);
    assert.ok(seconds > 0 && seconds <= 900, `${seconds} s`);
  }
  await lastMail(server, ana.email, (mail) => mail.subject === "Second factors are paused");
  succeeded(await ana.client.get("/v1/account"), 200);
});

test("of one recovery code twice at once one wins, and of one challenge twice at once one session comes", async () => {
  const bo = await signUp(server, "Bo");
  const { app, codes } = await turnOn(bo);
  const before = await sessions(bo);
  const [one, two] = [await challenge(bo), await challenge(bo)];
  const same = await Promise.all([answer(one, "recovery", codes[0]), answer(two, "recovery", codes[0])]);
  assert.deepEqual(statuses(same), [200, 401]);
  assert.equal(succeeded(await bo.client.get("/v1/account/second-factor"), 200).recoveryCodesLeft, 9);
  const asked = await challenge(bo);
  const both = await Promise.all([answer(asked, "recovery", codes[1]), answer(asked, "recovery", codes[2])]);
  assert.deepEqual(statuses(both), [200, 401]);
  assert.equal(succeeded(await bo.client.get("/v1/account/second-factor"), 200).recoveryCodesLeft, 8);
  const again = await challenge(bo);
  const code = await app.code();
  const steps = await Promise.all(Array.from({ length: 5 }, () => answer(again, "totp", code)));
  assert.deepEqual(statuses(steps), [200, 401, 401, 401, 401]);
  assert.equal(await sessions(bo), before + 3);
});

test("two first codes at once turn the app on once, with one set of recovery codes", async () => {
  const cyd = await signUp(server, "Cyd");
  const { secret, uri } = succeeded(await cyd.client.post("/v1/account/totp"), 201);
  assert.equal(new URL(uri).searchParams.get("secret"), secret);
  const code = await new App(secret).code();
  const both = await Promise.all([1, 2].map(() => cyd.client.put("/v1/account/totp", { code })));
  assert.deepEqual(statuses(both), [200, 409]);
  const { recoveryCodes } = both.find(({ status }) => status === 200).body;
  assert.equal(new Set(recoveryCodes).size, 10);
  succeeded(await cyd.client.delete("/v1/account/totp", { code: recoveryCodes[9] }), 204);
  const body = { email: cyd.email, password: cyd.password };
  succeeded(await new Client(server).post("/v1/auth/sign-in", body), 200);
});
