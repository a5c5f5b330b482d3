// Passkeys on the real objects: signatures verified by the platform, and challenges that are good once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "../support/http.mjs";
import { signUp, succeeded } from "../support/people.mjs";
import { addPasskey, Authenticator } from "../support/passkey.mjs";
import { start } from "../support/server.mjs";

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

const ask = async () => succeeded(await new Client(server).post("/v1/auth/passkey/options"), 200);
const enter = (credential, client = new Client(server)) => client.post("/v1/auth/passkey", { credential });
const statuses = (answers) => answers.map(({ status }) => status).toSorted((a, b) => a - b);

for (const algorithm of ["ES256", "EdDSA", "RS256"]) {
  test(`${algorithm}: the platform verifies what Node has signed, and nothing else`, async () => {
    const ana = await signUp(server, "Ana");
    const key = new Authenticator(server, algorithm);
    await addPasskey(ana, key);
    const client = new Client(server);
    const session = succeeded(await enter(key.answer(await ask()), client), 200);
    assert.equal(session.user.id, ana.session.user.id);
    succeeded(await client.get("/v1/account"), 200);

    // The same id with another key, and a signature of which one bit is another.
    const other = new Authenticator(server, algorithm);
    Object.assign(other, { id: key.id, handle: key.handle });
    succeeded(await enter(other.answer(await ask())), 401);
    const spoilt = key.answer(await ask());
    const signature = Buffer.from(spoilt.response.signature, "base64url");
    signature[signature.length - 1] ^= 1;
    spoilt.response.signature = signature.toString("base64url");
    succeeded(await enter(spoilt), 401);
    const cut = key.answer(await ask());
    cut.response.signature = cut.response.signature.slice(0, 40);
    succeeded(await enter(cut), 401);
    succeeded(await enter(key.answer(await ask())), 200);
  });
}

test("a key that is no point of its curve is not taken", async () => {
  const bo = await signUp(server, "Bo");
  const key = new Authenticator(server);
  const options = succeeded(await bo.client.post("/v1/account/passkey-options"), 200);
  const credential = key.register(options);
  const object = Buffer.from(credential.response.attestationObject, "base64url");
  object.fill(1, object.length - 32);
  credential.response.attestationObject = object.toString("base64url");
  succeeded(await bo.client.post("/v1/account/passkeys", { name: "Key", credential }), 400);
  succeeded(await enter(key.answer(await ask())), 401);
});

test("of one answer five times at once one signs in", async () => {
  const cyd = await signUp(server, "Cyd");
  const key = new Authenticator(server);
  await addPasskey(cyd, key);
  const sessions = async () => succeeded(await cyd.client.get("/v1/account/sessions"), 200).length;
  const before = await sessions();
  const credential = key.answer(await ask());
  const answers = await Promise.all(Array.from({ length: 5 }, () => enter(credential)));
  assert.deepEqual(statuses(answers), [200, 401, 401, 401, 401]);
  assert.equal(await sessions(), before + 1);
});

test("of one counter twice at once one signs in, and the other says that there may be a copy", async () => {
  const dora = await signUp(server, "Dora");
  const key = new Authenticator(server);
  await addPasskey(dora, key);
  key.count = 7;
  const both = [key.answer(await ask()), key.answer(await ask())];
  const answers = await Promise.all(both.map((credential) => enter(credential)));
  assert.deepEqual(statuses(answers), [200, 401]);
  const [passkey] = succeeded(await dora.client.get("/v1/account/passkeys"), 200);
  assert.equal(passkey.isSuspect, true);
});

test("two passkeys at once by one challenge are one, and its codes come once", async () => {
  const eve = await signUp(server, "Eve");
  const options = succeeded(await eve.client.post("/v1/account/passkey-options"), 200);
  const add = () => eve.client.post("/v1/account/passkeys", { name: "Key", credential: new Authenticator(server).register(options) });
  const answers = await Promise.all([add(), add()]);
  assert.deepEqual(statuses(answers), [201, 409]);
  assert.equal(answers.find(({ status }) => status === 201).body.recoveryCodes.length, 10);
  assert.equal(succeeded(await eve.client.get("/v1/account/passkeys"), 200).length, 1);
});
