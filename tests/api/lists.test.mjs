// Lists that the server orders, filters and searches: the index of the real storage gives what sorting all rows gives.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "../support/http.mjs";
import { succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { dropIndexes } from "../support/state.mjs";

const SIZE = { members: 400, secrets: 150, apiKeys: 150, auditLines: 10, unreplicated: true };

let server, made, program, all;

before(async () => {
  server = await start();
  made = succeeded(await new Client(server).post("/dev/seed", SIZE), 200);
  program = new Client(server).bearer(made.key);
  all = await rows("users");
});
after(() => server?.stop());

/** Every row of a list, page by page; the server's owner object gives them. */
async function rows(list, query = "") {
  const seen = [];
  for (let next = `/v1/teams/${made.team.id}/${list}?limit=70&${query}`; next; ) {
    const answer = await program.get(next);
    seen.push(...succeeded(answer, 200));
    next = answer.headers.link?.match(/<([^>]+)>/)?.[1];
  }
  return seen;
}

const name = ({ user }) => `${user.firstName} ${user.lastName}`.trim() || user.username;
const role = ({ isOwner, isAdmin }) => (isOwner ? 0 : isAdmin ? 1 : 2);
const KEYS = {
  dtConfirmed: (member) => member.dtConfirmed,
  name: (member) => name(member).toLowerCase(),
  email: (member) => member.email.toLowerCase(),
  role: (member) => `${role(member)}`,
  lastActive: (member) => member.user.lastActive ?? "",
};

/** As bytes compare, which for these rows is as JavaScript does; equal ones by id. */
function sorted(members, key, descending) {
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const order = (a, b) => compare(key(a), key(b)) || compare(a.userId, b.userId);
  return members.toSorted(descending ? (a, b) => order(b, a) : order);
}

const ids = (members) => members.map((member) => member.userId);

test("members come in each order, by role and by search, as if all of them were sorted", async () => {
  assert.equal(new Set(ids(all)).size, SIZE.members + 1);
  for (const [field, key] of Object.entries(KEYS)) {
    for (const order of ["asc", "desc"]) {
      for (const filter of ["", "role=admin", "search=member-1", "search=MEMBER%2020%20example", "role=member&search=7%40"]) {
        const [, wanted] = filter.match(/role=(\w+)/) ?? [];
        const words = decodeURIComponent(filter.match(/search=([^&]+)/)?.[1] ?? "").toLowerCase().split(/\s+/);
        const fits = (member) => {
          const text = `${name(member)} ${member.user.username} ${member.email}`.toLowerCase();
          return (!wanted || ["owner", "admin", "member"][role(member)] === wanted) && words.every((word) => text.includes(word));
        };
        const found = await rows("users", `orderBy=${field}&order=${order}&${filter}`);
        assert.deepEqual(ids(found), ids(sorted(all.filter(fits), key, order === "desc")), `${field} ${order} ${filter}`);
      }
    }
  }
});

test("secrets and API keys come in each order too", async () => {
  const secrets = Array.from({ length: SIZE.secrets }, (_, n) => `SECRET_${String(n).padStart(5, "0")}`);
  assert.deepEqual((await rows("secrets", "orderBy=name&order=asc")).map(({ name }) => name), secrets);
  assert.deepEqual((await rows("secrets", "orderBy=name")).map(({ name }) => name), secrets.toReversed());
  assert.deepEqual((await rows("secrets", "search=0012&orderBy=name&order=asc")).map(({ name }) => name), secrets.filter((name) => name.includes("0012")));
  const keys = await rows("api-keys", "all=true&order=asc");
  assert.equal(keys.length, SIZE.apiKeys + 1);
  assert.deepEqual(keys.map((key) => key.dtCreated), keys.map((key) => key.dtCreated).toSorted());
  assert.deepEqual((await rows("api-keys")).map(({ name }) => name), ["Seed"]);
});

test("a change moves its row, and a row that went is in no order", async () => {
  const path = `/v1/teams/${made.team.id}/users`;
  const owner = new Client(server);
  succeeded(await owner.post("/v1/auth/sign-in", { email: made.ownerEmail, password: made.ownerPassword }), 200);
  const [promoted, gone] = all.filter((member) => role(member) === 2);
  succeeded(await owner.put(`${path}/${promoted.userId}`, { isAdmin: true }), 200);
  succeeded(await owner.delete(`${path}/${gone.userId}`), 204);
  all = all.filter((member) => member.userId !== gone.userId).map((member) => (member.userId === promoted.userId ? { ...member, isAdmin: true } : member));
  assert.ok(ids(await rows("users", "role=admin")).includes(promoted.userId));
  for (const field of Object.keys(KEYS)) {
    const found = await rows("users", `orderBy=${field}&order=asc`);
    assert.deepEqual(ids(found), ids(sorted(all, KEYS[field], false)), field);
  }
});

test("what was stored before there was an index gets one", async () => {
  await server.kill();
  assert.ok(dropIndexes(server) > 0);
  await server.launch();
  for (const field of Object.keys(KEYS)) {
    const found = await rows("users", `orderBy=${field}&order=asc`);
    assert.deepEqual(ids(found), ids(sorted(all, KEYS[field], false)), field);
  }
  assert.equal((await rows("secrets")).length, SIZE.secrets);
  assert.equal((await rows("api-keys", "all=true")).length, SIZE.apiKeys + 1);
});
