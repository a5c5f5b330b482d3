// A new key of the installation, from putting it in front to dropping the old one, over restarts. A server that lacks a
// key which is still needed refuses every call, and what it refused stands unchanged.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { Client, until } from "../support/http.mjs";
import { makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, primaries, settled } from "../support/state.mjs";
import { App } from "../support/totp.mjs";

const [first, second, other] = [1, 2, 3].map(() => randomBytes(32).toString("base64"));
const keys = (text) => ({ INSTALLATION_KEYS: text });
const OLD = keys(`k1:${first}`);
const BOTH = keys(`k2:${second} k1:${first} index:${first}`);
const NEW = keys(`k2:${second} index:${first}`);

let server;
before(async () => {
  server = await start({ vars: OLD, mayRefuse: true });
});
after(() => server?.stop());

/** The key of each value that is wrapped. */
function wrapped() {
  return primaries(server).flatMap(({ records }) =>
    ["team-key", "totp"].flatMap((name) => records.get(name)?.value.match(/"key":"(\w+)"/)?.[1] ?? []),
  );
}

async function older() {
  return succeeded(await new Client(server).get("/v1/health"), 200).keys[1];
}

test("a key is retired by the timer, and the server refuses to start without one that is needed", async () => {
  const ana = await signUp(server, "Ana");
  const core = await makeTeam(ana);
  const program = await makeKey(ana, core);
  const secrets = `/v1/teams/${core.id}/secrets`;
  succeeded(await program.client.post(secrets, { name: "TOKEN", value: "one" }), 201);
  const app = new App(succeeded(await ana.client.post("/v1/account/totp"), 201).secret);
  succeeded(await ana.client.put("/v1/account/totp", { code: app.at(Math.floor(Date.now() / 30_000) - 1) }), 200);
  await settled(server);
  assert.deepEqual([...new Set(wrapped())], ["k1"]);

  const refused = async (says) => {
    const body = { email: ana.email, password: "seven lamps on a pier", username: "another" };
    for (const answer of [
      await new Client(server).post("/v1/auth/sign-up", body),
      await program.client.get("/v1/auth/session"),
      await new Client(server).get("/v1/health"),
    ]) {
      assert.equal(answer.status, 500, answer.text);
      assert.match(answer.body.message, says);
    }
  };
  await server.restart(keys(`k2:${second}`));
  await refused(/lacks the key that emails and credentials are known by/);
  await server.restart(NEW);
  await refused(/lacks k1, which is still needed/);
  await server.restart(keys(`k1:${other} index:${first}`));
  await refused(/has another key as k1 than before/);

  await server.restart(BOTH);
  assert.equal((await older()).id, "k1");
  assert.equal((await older()).dtDone, undefined);
  // The time that the timer waits for passes at once; a power cut comes in between.
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  await server.restart();
  await older();
  let ahead = 16 * 60;
  await until(
    async () => {
      ahead += 60;
      succeeded(await new Client(server).post("/dev/clock", { ahead }), 200);
      return (await older()).dtDone;
    },
    "the old key is not done",
    60_000,
  );
  assert.equal((await older()).held, 0);
  assert.deepEqual([...new Set(wrapped())], ["k2"]);

  await server.restart(NEW);
  succeeded(await program.client.patch(`${secrets}/TOKEN`, { value: "two" }), 200);
  const again = new Client(server);
  const asked = succeeded(await again.post("/v1/auth/sign-in", { email: ana.email, password: ana.password }), 202);
  const now = Math.floor((Date.now() + ahead * 1000) / 30_000);
  const answer = { challengeId: asked.challengeId, method: "totp", code: app.at(now) };
  succeeded(await again.post("/v1/auth/sign-in/challenge", answer), 200);
  const taken = { email: ana.email, password: "seven lamps on a pier", username: "another" };
  assert.equal((await new Client(server).post("/v1/auth/sign-up", taken)).status, 409);
  await settled(server);
  assert.deepEqual(differences(server), []);
});
