// Two weeks after somebody left: no word of them is in any file of any object or in KV, not even in the names
// that objects keep for their alarms. The mailbox of development stands for mail that has been sent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, lastMail, tokenIn, until } from "../support/http.mjs";
import { join, makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, primaries, replica, settled } from "../support/state.mjs";

const DAY = 24 * 60 * 60;

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

/** Where one of these words stands, in whatever case. */
function found(words) {
  const texts = primaries(server).flatMap(({ kind, records }) =>
    [...records].map(([key, { value, meta }]) => [`${kind} ${key}`, `${key} ${value} ${meta}`]),
  );
  for (const [key, value] of replica(server)) texts.push([`KV ${key}`, `${key} ${value}`]);
  return texts.filter(([, text]) => words.some((word) => text.toLowerCase().includes(word))).map(([about]) => about);
}

test("an account that left is in no file after two weeks, and its names stay taken", async () => {
  const zaphod = await signUp(server, "Zaphodia", { lastName: "Beeblebrox", username: "heartofgold", email: "zbx@example.test" });
  const bo = await signUp(server, "Bo");
  const core = await makeTeam(bo, "Core");
  const other = await makeTeam(bo, "Other");
  await join(bo, core, zaphod);
  const solo = await makeTeam(zaphod, "Solo", "magrathea");
  await makeKey(zaphod, core, "vogonkey");
  await makeKey(zaphod, solo, "vogonkey");
  succeeded(await bo.client.post(`/v1/teams/${other.id}/invitations`, { emails: [zaphod.email], isAdmin: false }), 201);
  const words = ["zaphodia", "beeblebrox", "zbx@", "heartofgold", "magrathea", "vogonkey"];
  const before = found(words);
  assert.ok(before.length > 10 && before.some((about) => about.endsWith("~name")), before.join("\n"));

  succeeded(await zaphod.client.post("/v1/account/deactivation", { username: "heartofgold" }), 202);
  const back = tokenIn(await lastMail(server, zaphod.email, (mail) => mail.subject.includes("deactivated")));
  const page = new Client(server);
  // Moving the clock has every object do what is due; what that makes due comes with the next hour.
  let ahead = 14 * DAY;
  await until(
    async () => {
      ahead += 60 * 60;
      succeeded(await page.post("/dev/clock", { ahead }), 200);
      return found(words).length === 0;
    },
    "somebody who left is still known",
    60_000,
  ).catch((error) => assert.fail(`${error.message}: ${found(words).join(", ")}`));
  await settled(server);
  assert.deepEqual(differences(server), []);
  const logged = server.logs().split("\n").filter((line) => words.some((word) => line.toLowerCase().includes(word)));
  assert.match(server.logs(), /POST \/v1\/account\/deactivation/);
  assert.deepEqual(logged, [], "no line of the log ever named them");
  assert.equal((await page.post("/v1/auth/come-back", { token: back })).status, 400);

  for (const username of ["heartofgold", "magrathea"]) {
    const body = { email: "new@example.test", password: "seven lamps on a pier", username };
    assert.equal((await page.post("/v1/auth/sign-up", body)).status, 409);
  }
  const again = await signUp(server, "Zed", { email: zaphod.email });
  assert.notEqual(again.session.user.id, zaphod.session.user.id);
});
