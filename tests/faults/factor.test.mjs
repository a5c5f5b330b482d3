// The server is killed, as by a power cut, while people set up and use second factors, passkeys, recovery codes and
// SSH keys. Whatever was acknowledged stands in the primary and in the replica, whatever was not is alike in both, and
// a code that was used is used.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, REPLICA } from "../support/http.mjs";
import { addPasskey, Authenticator } from "../support/passkey.mjs";
import { signUp, sshKey, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { differences, primaries, settled } from "../support/state.mjs";
import { App } from "../support/totp.mjs";

// When the power goes, for each round: after so many sign-ins, and then such a part of the time that the last one took.
const CUTS = [[4, 0.2], [6, 0.5], [5, 0.8]];
const STEP_MS = 30_000;

let server, kept;
let address = 0;
const people = {};
/** What was asked for, and whether it was acknowledged. */
const ledger = [];

/** Somebody whose app is on, with no code used since the step before this one. */
async function withApp(server, name) {
  const person = await signUp(server, name);
  const { secret } = succeeded(await person.client.post("/v1/account/totp"), 201);
  const app = new App(secret);
  const step = () => Math.floor(Date.now() / STEP_MS);
  const { recoveryCodes } = succeeded(await person.client.put("/v1/account/totp", { code: app.at(step() - 1) }), 200);
  return { ...person, app, step, codes: recoveryCodes };
}

before(async () => {
  server = await start();
  const all = { keys: signUp, switches: signUp, passkeys: signUp, codes: withApp };
  for (const round of CUTS.keys()) all[`steps${round}`] = withApp;
  await Promise.all(
    Object.entries(all).map(async ([name, make]) => {
      people[name] = await make(server, name);
    }),
  );
  kept = new Authenticator(server);
  await addPasskey(people.passkeys, kept, "First");
  await settled(server);
});

after(() => server?.stop());

/** A browser that knows nobody, at an address of its own. */
function browser() {
  address += 1;
  return new Client(server, { ...people.keys.client.headers, "cf-connecting-ip": `198.51.100.${address}` });
}

/** Signs in with the password and a code. Gives the answer to the code, in a browser of its own. */
async function signIn(person, method, code) {
  const client = browser();
  const asked = await client.post("/v1/auth/sign-in", { email: person.email, password: person.password });
  if (asked.status !== 202) return asked;
  const body = { challengeId: asked.body.challengeId, method, code };
  return { ...(await client.post("/v1/auth/sign-in/challenge", body)), client };
}

/** What each writer does over and over. `write` notes what is asked for, and what was answered. */
const writers = {
  /** Adds an SSH key, and takes most away again. */
  async keys(write, n) {
    const publicKey = sshKey().split(" ").slice(0, 2).join(" ");
    const path = "/v1/account/ssh-keys";
    const made = await write({ publicKey }, 201, () => people.keys.client.post(path, { name: `Key ${n}`, publicKey }));
    if (made.done && n % 8) {
      await write({ removed: publicKey }, 204, () => people.keys.client.delete(`${path}/${made.done.body.id}`));
    }
  },
  /** Adds a passkey, names it, and takes most away again. */
  async passkeys(write, n) {
    const { client } = people.passkeys;
    const key = new Authenticator(server);
    const made = await write({ credential: key.id.toString("base64url") }, 201, async () => {
      const options = await client.post("/v1/account/passkey-options");
      if (options.status !== 200) return options;
      return client.post("/v1/account/passkeys", { name: `Phone ${n}`, credential: key.register(options.body) });
    });
    if (!made.done) return;
    const path = `/v1/account/passkeys/${made.done.body.id}`;
    await write({ renamed: made.done.body.id, name: `Old ${n}` }, 200, () => client.patch(path, { name: `Old ${n}` }));
    if (n % 8) await write({ gone: made.done.body.id }, 204, () => client.delete(path));
  },
  /** Turns the app on, and off again by a recovery code. */
  async switches(write) {
    const { client } = people.switches;
    const path = "/v1/account/totp";
    const begun = await write({}, 201, () => client.post(path));
    if (!begun.done) return;
    const app = new App(begun.done.body.secret);
    const on = await write({ isOn: true }, 200, async () => client.put(path, { code: await app.code() }));
    if (on.done) await write({ isOn: false }, 204, () => client.delete(path, { code: on.done.body.recoveryCodes[0] }));
  },
  /** Signs in by recovery codes, and makes new ones when they run short. */
  async codes(write) {
    const code = people.codes.codes.shift();
    const used = await write({ code }, 200, () => signIn(people.codes, "recovery", code));
    if (!used.done || people.codes.codes.length > 5) return;
    const made = await write({ anew: true }, 201, () => used.done.client.post("/v1/account/recovery-codes"));
    // Without an answer nobody knows whether the old ones are still good.
    people.codes.codes = made.done ? made.done.body.recoveryCodes : [];
    people.codes.isLost = !made.done;
  },
  /** Signs in by the two codes of the app that are good now. */
  async steps(write, n, round) {
    const person = people[`steps${round}`];
    if (n > 1) return sleep(50);
    const step = Math.max(person.step(), (person.last ?? 0) + 1);
    person.last = step;
    return write({ step, person }, 200, () => signIn(person, "totp", person.app.at(step)));
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
      ledger.push(Object.assign(entry, { kind, round }));
      const since = performance.now();
      const answer = await call().catch(() => undefined);
      // What the dying server's proxy says for it is no answer of ours.
      if (!answer || answer.status >= 500) {
        assert.ok(dead, `${kind} had no answer: ${answer?.text}`);
        return entry;
      }
      assert.ok(dead || answer.status === status, `${kind} answered ${answer.status}: ${answer.text}`);
      if (answer.status !== status) return entry;
      entry.done = answer;
      if (entry.code || entry.step) answered += 1;
      if (answered === cut && !dying) dying = die(performance.now() - since);
      return entry;
    };
    for (let n = 0; !dead && !people[kind]?.isLost; n += 1) await writers[kind](write, n, round);
  };
  await Promise.all(Object.keys(writers).map(loop));
  await dying;
}

const of = (kind, round) => ledger.filter((entry) => entry.kind === kind && (round === undefined || entry.round === round));
const get = async (person, path, options) => succeeded(await person.client.get(path, options), 200);

/** Whether each of these stands where it was acknowledged: added and not asked to go, or gone. */
function agree(found, added, removed) {
  for (const { what, done } of added) {
    const goes = removed.find((entry) => entry.what === what);
    if (done && !goes) assert.ok(found.includes(what), `${what} is lost`);
    if (goes?.done) assert.ok(!found.includes(what), `${what} is back`);
  }
  const known = added.map(({ what }) => what);
  for (const what of found) assert.ok(known.includes(what), `nobody asked for ${what}`);
}

/** Reads back what was acknowledged so far. */
async function readBack(options) {
  const keys = of("keys");
  const named = (name) => keys.filter((entry) => entry[name]).map((entry) => ({ what: entry[name], done: entry.done }));
  const found = await get(people.keys, "/v1/account/ssh-keys", options);
  agree(found.map(({ publicKey }) => publicKey), named("publicKey"), named("removed"));

  const passkeys = of("passkeys");
  const list = await get(people.passkeys, "/v1/account/passkeys", options);
  const added = passkeys.filter((entry) => entry.credential && entry.done);
  for (const { done } of added) {
    const gone = passkeys.find((entry) => entry.gone === done.body.id);
    const shown = list.find(({ id }) => id === done.body.id);
    if (!gone) assert.ok(shown, `${done.body.name} is lost`);
    if (gone?.done) assert.ok(!shown, `${done.body.name} is back`);
    const renamed = passkeys.find((entry) => entry.renamed === done.body.id);
    if (shown && renamed?.done) assert.equal(shown.name, renamed.name);
  }
  const open = passkeys.filter((entry) => entry.credential && !entry.done).length;
  assert.ok(list.length <= 1 + added.length + open, "more passkeys than were added");

  const switches = of("switches").filter((entry) => entry.isOn !== undefined);
  const factor = await get(people.switches, "/v1/account/second-factor", options);
  if (switches.at(-1)?.done) assert.equal(factor.isTotpEnabled, switches.at(-1).isOn);
  assert.equal(factor.recoveryCodesLeft, factor.isTotpEnabled ? 10 : 0);
}

/** What no account may hold, whenever it was killed: a record says one thing and another something else. */
function torn() {
  const found = [];
  for (const { records } of primaries(server).filter(({ kind }) => kind === "Account")) {
    const keys = [...records.keys()];
    const own = keys.find((key) => /^account\/[^/]+$/.test(key));
    if (!own) continue;
    const text = records.get(own).value;
    const account = JSON.parse(text.slice(text.indexOf("{")));
    const passkeys = keys.filter((key) => key.startsWith("passkey/")).length;
    const isOn = /"confirmed"/.test(records.get("totp")?.value ?? "");
    if (Boolean(account.totp) !== isOn) found.push(`${account.username}: on ${account.totp}, but the app is ${isOn}`);
    if ((account.passkeys ?? 0) !== passkeys) found.push(`${account.username}: ${passkeys} passkeys, but counts ${account.passkeys}`);
    const has = isOn || passkeys > 0;
    if (records.has("recovery") !== has) found.push(`${account.username}: recovery codes, and a factor: ${has}`);
    // What repeats itself is counted in one line.
    const lines = keys.filter((key) => key.startsWith("security/")).map((key) => records.get(key).value);
    const events = lines.reduce((sum, line) => sum + Number(/"count":(\d+)/.exec(line)?.[1] ?? 1), 0);
    const head = /"number":(\d+)/.exec(records.get("security-head")?.value ?? "")?.[1] ?? 0;
    if (events !== Number(head)) found.push(`${account.username}: ${events} events of a log that counts ${head}`);
  }
  return found;
}

/** A second chance for every code that was used, and a first one for the next. */
async function tryAgain(round) {
  for (const { step, person, done } of of("steps", round)) {
    const again = await signIn(person, "totp", person.app.at(step));
    // Without an answer it was used or not; it is good once at most.
    if (done) assert.equal(again.status, 401, `step ${step} is good twice: ${again.text}`);
    else assert.ok([200, 401].includes(again.status), again.text);
    assert.equal((await signIn(person, "totp", person.app.at(step))).status, 401);
  }
  const codes = of("codes", round);
  const used = codes.filter((entry) => entry.code && entry.done).at(-1);
  const made = codes.findLast((entry) => entry.anew);
  if (used) assert.equal((await signIn(people.codes, "recovery", used.code)).status, 401, "a recovery code is good twice");
  const open = codes.filter((entry) => entry.code && !entry.done).at(-1);
  if (open) assert.ok([200, 401].includes((await signIn(people.codes, "recovery", open.code)).status));
  // Where nobody heard what became of the codes, the app gets one in.
  const isLost = made && !made.done;
  const way = isLost ? ["totp", await people.codes.app.code()] : ["recovery", people.codes.codes.shift()];
  const { client, status, text } = await signIn(people.codes, ...way);
  assert.equal(status, 200, text);
  const left = succeeded(await client.get("/v1/account/second-factor"), 200).recoveryCodesLeft;
  if (!isLost) assert.equal(left, people.codes.codes.length);
  const { recoveryCodes } = succeeded(await client.post("/v1/account/recovery-codes"), 201);
  Object.assign(people.codes, { codes: recoveryCodes, isLost: false });
}

for (const [round, cut] of CUTS.entries()) {
  test(`what one proves oneself with survives kill ${round + 1}, and codes are good once`, async () => {
    await writeUntilKilled(round, cut);
    assert.deepEqual(torn(), [], "on the disk of the killed server");
    await server.launch();
    await readBack();
    await tryAgain(round);
    await settled(server);
    assert.deepEqual(differences(server), []);
    assert.deepEqual(torn(), []);
    await readBack(REPLICA);
    // Somebody whose app stands half-way starts anew.
    const { isTotpEnabled } = await get(people.switches, "/v1/account/second-factor");
    if (isTotpEnabled) people.switches = await signUp(server, "Switches");
    ledger.splice(0, ledger.length, ...ledger.map((entry) => (entry.kind === "switches" && isTotpEnabled ? { ...entry, kind: "old" } : entry)));
  });
}

test("the kills came in the middle: of every kind writes were acknowledged, and some writes were not", () => {
  for (const kind of Object.keys(writers)) {
    const kinds = kind === "switches" ? [kind, "old"] : [kind];
    assert.ok(ledger.some((entry) => kinds.includes(entry.kind) && entry.done), `no write of ${kind} was acknowledged`);
  }
  const open = ledger.filter((entry) => !entry.done);
  assert.ok(open.length >= CUTS.length, `only ${open.length} writes were without an answer`);
});

test("a passkey that survived every kill signs in", async () => {
  const client = browser();
  const options = succeeded(await client.post("/v1/auth/passkey/options"), 200);
  succeeded(await client.post("/v1/auth/passkey", { credential: kept.answer(options) }), 200);
});
