// What real clients of the Team and Authentication API rely on beyond the contract: headers they
// send along, namespaces for ids, paging, the exact bodies of errors; and the page dialect, the
// second base path with another shape over the same store.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client } from "../support/http.mjs";
import { fresh, join, makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";

const NOT_FOUND = { code: "NOT_FOUND", message: "Not found" };
const NOBODY = { code: "UNAUTHORIZED", message: "You must be logged in to access this method." };
const NAMES = ["P_1", "P_2", "P_3", "P_4", "P_5", "P_6", "P_7"];

let server, ana, bo, cho, team, key, program;

before(async () => {
  server = await start();
  [ana, bo, cho] = await Promise.all([signUp(server, "Ana"), signUp(server, "Bo"), signUp(server, "Cho")]);
  team = await makeTeam(ana);
  await join(ana, team, bo);
  await join(ana, team, cho, true);
  key = await makeKey(ana, team);
  program = key.client;
  for (const name of NAMES) succeeded(await program.post(secrets(), { name, value: "paged" }), 201);
});

after(() => server?.stop());

function secrets(base = "/v1", reference = team.namespace) {
  return `${base}/teams/${reference}/secrets`;
}

function members(base = "/v1", reference = team.namespace) {
  return `${base}/teams/${reference}/users`;
}

function refused(answer, status, code) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers["content-type"], /application\/json/);
  assert.equal(answer.body.code, code);
  const allowed = ["code", "message", ...(answer.body.issues ? ["issues"] : [])];
  assert.deepEqual(Object.keys(answer.body).sort(), allowed.sort());
  assert.match(answer.body.message, /^(Not found|\S.*\.)$/);
  for (const issue of answer.body.issues ?? []) assert.deepEqual(Object.keys(issue), ["message"]);
}

test("a content type on GET and DELETE without a body does no harm", async () => {
  const headers = { "content-type": "application/json" };
  succeeded(await program.get("/v1/auth/session", { headers }), 200);
  succeeded(await program.get(secrets(), { headers }), 200);
  succeeded(await program.post(secrets(), { name: "SHORT_LIVED", value: "v" }), 201);
  const gone = await program.delete(`${secrets()}/SHORT_LIVED`, undefined, { headers });
  assert.deepEqual([gone.status, gone.text], [204, ""]);
});

test("a media type that contains JSON will do for a key, another will not", async () => {
  const raw = JSON.stringify({ name: "MEDIA", value: "v" });
  for (const type of ["application/json; charset=utf-8", "text/plain; application/json"]) {
    succeeded(await program.post(secrets(), undefined, { raw, headers: { "content-type": type } }), 201);
    succeeded(await program.delete(`${secrets()}/MEDIA`), 204);
  }
  for (const type of ["text/plain", "application/x-www-form-urlencoded", null]) {
    refused(await program.post(secrets(), undefined, { raw, headers: { "content-type": type } }), 400, "BAD_REQUEST");
  }
});

test("the namespace stands wherever the team's id does", async () => {
  for (const list of [secrets, members]) {
    const [byId, byName] = await Promise.all([program.get(list("/v1", team.id)), program.get(list())]);
    assert.deepEqual(succeeded(byName, 200), succeeded(byId, 200));
  }
});

test("the session is null for nobody, for a wrong key and for a revoked one", async () => {
  const nobody = new Client(server, {});
  const short = await makeKey(ana, team);
  assert.equal(succeeded(await short.client.get("/v1/auth/session"), 200).team.namespace, team.namespace);
  succeeded(await ana.client.delete(`/v1/teams/${team.id}/api-keys/${short.id}`), 204);
  for (const client of [nobody, nobody.bearer("wrong"), short.client]) {
    const answer = await client.get("/v1/auth/session");
    assert.deepEqual([answer.status, answer.text], [200, "null"]);
    assert.match(answer.headers["content-type"], /application\/json/);
  }
});

test("a key says who, where and in which of its teams", async () => {
  const session = succeeded(await program.get("/v1/auth/session"), 200);
  assert.deepEqual(session.team, { id: team.id, name: team.name, namespace: team.namespace, isPrivate: false });
  const { user } = session;
  const texts = ["id", "email", "firstName", "lastName", "defaultProduct", "theme", "dtCreated", "dtConfirmed"];
  for (const field of texts) assert.equal(typeof user[field], "string", field);
  const flags = ["isPasswordAuthEnabled", "isQrCodeBasedMfaEnabled", "isQrCodeBasedMfaConfirmed"];
  for (const field of flags) assert.equal(typeof user[field], "boolean", field);
  assert.equal(typeof user.preferences, "object");
  assert.deepEqual(user.teamMemberships.map((membership) => membership.team.id), [team.id]);
});

test("an unknown path and a wrong method are 404 with exactly two keys", async () => {
  const missing = [
    ["GET", "/v1"],
    ["GET", "/v1/nothing"],
    ["POST", "/v1/auth/session"],
    ["DELETE", "/v1/auth/session"],
    ["PUT", secrets()],
    ["PATCH", members()],
    ["POST", `${secrets()}/P_1`],
    ["GET", `${secrets()}/`],
    ["GET", `${secrets()}/MISSING`],
    ["GET", secrets("/v1", "nobody-has-this")],
    ["GET", "/paperspace/v1/nothing"],
  ];
  for (const [method, path] of missing) {
    const answer = await program.request(method, path);
    assert.deepEqual([answer.status, answer.body], [404, NOT_FOUND], `${method} ${path}`);
    assert.match(answer.headers["content-type"], /application\/json/);
  }
});

test("a protected route without a good key is 401 with the sentence that clients show", async () => {
  for (const client of [new Client(server, {}), program.bearer("wrong")]) {
    for (const path of [secrets(), members(), `${secrets()}/P_1`]) {
      const answer = await client.get(path);
      assert.deepEqual([answer.status, answer.body], [401, NOBODY], path);
    }
  }
});

test("every answer carries a request id and may not be kept or framed", async () => {
  const answers = await Promise.all([program.get(secrets()), program.get("/v1/nothing"), new Client(server, {}).get(secrets())]);
  for (const { headers } of answers) {
    assert.match(headers["x-request-id"], /^[0-9a-z]+$/);
    assert.match(headers["cache-control"], /no-store/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
  }
  assert.equal(new Set(answers.map((answer) => answer.headers["x-request-id"])).size, 3);
});

test("placeholder bodies of collections are 400 and change nothing", async () => {
  const of_bo = `${members()}/${bo.session.user.id}`;
  for (const body of [{ isAdmin: "<boolean>" }, { isAdmin: "true" }, { isAdmin: null }, {}]) {
    refused(await program.put(of_bo, body), 400, "BAD_REQUEST");
  }
  for (const body of [{ name: "<string>", value: "<string>" }, { name: "GOOD" }, { value: "x" }, { name: 1, value: 2 }, { name: "GOOD", value: "" }]) {
    refused(await program.post(secrets(), body), 400, "BAD_REQUEST");
  }
  for (const raw of ["", "{", "[]", "null", '"text"', "\u0000"]) {
    const answer = await program.post(secrets(), undefined, { raw, headers: { "content-type": "application/json" } });
    refused(answer, 400, "PARSE_ERROR");
  }
  const found = succeeded(await program.get(members()), 200).find((member) => member.userId === bo.session.user.id);
  assert.equal(found.isAdmin, false);
  assert.deepEqual(succeeded(await program.get(`${secrets()}?order=asc`), 200).map((secret) => secret.name), NAMES);
});

test("a body of more than 100 kB is 413", async () => {
  const raw = JSON.stringify({ name: "LARGE", value: "x".repeat(100_000) });
  refused(await program.post(secrets(), undefined, { raw, headers: { "content-type": "application/json" } }), 413, "PAYLOAD_TOO_LARGE");
});

test("a list pages by limit and after, and the Link header leads through all of it", async () => {
  for (const [order, expected] of [["asc", NAMES], ["desc", NAMES.toReversed()]]) {
    const seen = [];
    let next = `${secrets()}?limit=3&orderBy=dtCreated&order=${order}`;
    const sizes = [];
    while (next) {
      const answer = await program.get(next);
      const page = succeeded(answer, 200);
      sizes.push(page.length);
      seen.push(...page.map((secret) => secret.name));
      next = answer.headers.link?.match(/^<([^>]+)>; rel="next"$/)?.[1];
      if (next) assert.equal(new URL(next, server.url).searchParams.get("limit"), "3");
    }
    assert.deepEqual([sizes, seen], [[3, 3, 1], expected]);
  }
  const whole = await program.get(`${secrets()}?limit=120`);
  assert.equal(whole.headers.link, undefined, "the last page leads nowhere");
  assert.deepEqual(whole.body.map((secret) => secret.name), NAMES.toReversed(), "newest first");
});

test("members page in the order in which they joined, and by role", async () => {
  const ids = [ana, bo, cho].map((person) => person.session.user.id);
  const asked = async (query) => succeeded(await program.get(`${members()}?${query}`), 200).map((member) => member.userId);
  assert.deepEqual(await asked("orderBy=dtConfirmed&order=asc"), ids);
  assert.deepEqual(await asked("order=desc&limit=2"), [ids[2], ids[1]]);
  assert.deepEqual(await asked("role=owner"), [ids[0]]);
  assert.deepEqual(await asked("role=admin"), [ids[2]]);
  assert.deepEqual(await asked("role=member"), [ids[1]]);
});

test("a page that cannot be is 400", async () => {
  const wrong = ["limit=0", "limit=121", "limit=-1", "limit=x", "order=up", "orderBy=value", "after=x", "after=1.", "after="];
  for (const query of wrong) refused(await program.get(`${secrets()}?${query}`), 400, "BAD_REQUEST");
  refused(await program.get(`${members()}?role=king`), 400, "BAD_REQUEST");
});

test("objects carry what clients use beyond the contract, and no null", async () => {
  const [secret] = succeeded(await program.get(`${secrets()}?limit=1`), 200);
  assert.deepEqual(Object.keys(secret).sort(), ["dtCreated", "dtModified", "name"]);
  const [member] = succeeded(await program.get(`${members()}?limit=1`), 200);
  const fields = ["dtConfirmed", "email", "hasSecondFactor", "isAdmin", "isOwner", "teamId", "user", "userId"];
  assert.deepEqual(Object.keys(member).sort(), fields, "the owner's key sees who has a second factor");
  for (const time of [secret.dtCreated, secret.dtModified, member.dtConfirmed]) {
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  for (const path of ["/v1/auth/session", secrets(), members()]) {
    assert.doesNotMatch((await program.get(path)).text, /:null/, path);
  }
});

test("a change that names a revision is 412 when somebody was faster", async () => {
  const path = `${secrets()}/P_1`;
  const { etag } = (await program.get(path)).headers;
  const first = await program.patch(path, { value: "first" }, { headers: { "if-match": etag } });
  succeeded(first, 200);
  refused(await program.patch(path, { value: "late" }, { headers: { "if-match": etag } }), 412, "PRECONDITION_FAILED");
  succeeded(await program.patch(path, { value: "again" }, { headers: { "if-match": first.headers.etag } }), 200);
});

test("the page dialect reads pages", async () => {
  const base = "/paperspace/v1";
  assert.equal(succeeded(await program.get(`${base}/auth/session`), 200).team.namespace, team.namespace);
  const seen = [];
  let after = "";
  for (;;) {
    const page = succeeded(await program.get(`${secrets(base)}?limit=3&order=asc${after}`), 200);
    assert.deepEqual(Object.keys(page).sort(), ["hasMore", "items", "nextPage"]);
    for (const item of page.items) {
      assert.deepEqual(Object.keys(item).sort(), ["dtCreated", "dtModified", "hasDeploymentAttached", "name"]);
    }
    seen.push(...page.items.map((secret) => secret.name));
    assert.equal(page.hasMore, page.nextPage !== null);
    if (!page.hasMore) break;
    after = `&after=${encodeURIComponent(page.nextPage)}`;
  }
  assert.deepEqual(seen, NAMES);
  const { items } = succeeded(await program.get(`${members(base)}?role=owner`), 200);
  assert.deepEqual([items[0].user.id, items[0].user.email], [ana.session.user.id, ana.email]);
});

test("the page dialect creates, changes and deletes with 200, in the same store", async () => {
  const base = "/paperspace/v1";
  const name = fresh("PAGE").replace(/-/g, "_");
  const made = succeeded(await program.post(secrets(base), { name, value: "v" }), 200);
  assert.equal(made.name, name);
  succeeded(await program.get(`${secrets()}/${name}`), 200);
  refused(await program.post(secrets(base), { name, value: "v" }), 409, "CONFLICT");
  assert.equal(succeeded(await program.patch(`${secrets(base)}/${name}`, { value: "w" }), 200).name, name);
  assert.deepEqual(succeeded(await program.delete(`${secrets(base)}/${name}`), 200), { name });
  assert.deepEqual((await program.get(`${secrets()}/${name}`)).body, NOT_FOUND);

  const guest = await signUp(server, "Guest");
  await join(ana, team, guest);
  const path = `${members(base)}/${guest.session.user.id}`;
  const shape = ["dtConfirmed", "dtDeleted", "isAdmin", "isOwner"];
  const raised = succeeded(await program.put(path, { isAdmin: true }), 200);
  assert.deepEqual([Object.keys(raised).sort(), raised.isAdmin, raised.dtDeleted], [shape, true, null]);
  const removed = succeeded(await program.delete(path), 200);
  assert.deepEqual([Object.keys(removed).sort(), typeof removed.dtDeleted], [shape, "string"]);
  assert.equal(succeeded(await program.get(members()), 200).length, 3);
  const nobody = await program.bearer("wrong").get(members(base));
  assert.deepEqual([nobody.status, nobody.body], [401, NOBODY]);
});
