// What is outside the API, as the real runtime answers it: the console's pages and files, what is not
// there, HEAD, and that no other site is let in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeKey, signUp } from "../support/people.mjs";
import { start } from "../support/server.mjs";

const NOT_FOUND = { code: "NOT_FOUND", message: "Not found" };
const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const PAGES = ["/sign-in", "/teams", "/account/settings/security/password", "/core/settings/members", "/core/settings/secrets/NAME/value"];
const MISSING = ["/nothing/here", "/wp-login.php", "/.well-known/nothing", "/.well-known/change-password/x", "/core/settings/nothing", "/.env", "/_headers"];

let server, ana, key;

before(async () => {
  server = await start();
  ana = await signUp(server, "Ana");
  key = await makeKey(ana, ana.session.team);
});

after(() => server?.stop());

const ask = (path, init) => fetch(server.url + path, { redirect: "manual", ...init });

// What every page of the console carries, whatever its status.
function isGuarded({ headers }, at) {
  assert.match(headers.get("content-security-policy"), /default-src 'none'.*frame-ancestors 'none'/, at);
  assert.equal(headers.get("x-content-type-options"), "nosniff", at);
  assert.equal(headers.get("x-frame-options"), "DENY", at);
  assert.equal(headers.get("referrer-policy"), "no-referrer", at);
  assert.match(headers.get("strict-transport-security"), /max-age=/, at);
  assert.equal(headers.get("cross-origin-opener-policy"), "same-origin", at);
  assert.match(headers.get("content-type"), /^text\/html/, at);
}

test("each page of the console is its one page, with its headers and its tag", async () => {
  const first = await ask("/", { headers: BROWSER });
  assert.equal(first.status, 200);
  isGuarded(first, "/");
  const text = await first.text();
  for (const path of PAGES) {
    for (const headers of [BROWSER, {}]) {
      const page = await ask(path, { headers });
      assert.deepEqual([page.status, await page.text()], [200, text], path);
      isGuarded(page, path);
      assert.equal(page.headers.get("cache-control"), "no-cache");
      assert.equal(page.headers.get("etag"), first.headers.get("etag"));
    }
    const known = await ask(path, { headers: { ...BROWSER, "if-none-match": first.headers.get("etag") } });
    assert.deepEqual([known.status, await known.text()], [304, ""], path);
  }
});

test("what is no page is 404: the console's page to a browser, JSON to a program", async () => {
  const text = await (await ask("/")).text();
  for (const path of MISSING) {
    for (const headers of [BROWSER, {}]) {
      const page = await ask(path, { headers: { ...headers, "if-none-match": "*" } });
      assert.deepEqual([page.status, await page.text()], [404, text], path);
      isGuarded(page, path);
      assert.equal(page.headers.get("cache-control"), "no-store", path);
      assert.equal(page.headers.get("etag"), null, path);
    }
    for (const headers of [{ accept: "application/json" }, { authorization: `Bearer ${key.key}` }]) {
      const answer = await ask(path, { headers });
      assert.deepEqual([answer.status, await answer.json()], [404, NOT_FOUND], path);
    }
  }
});

test("a program with a wrong base hears 404 in JSON, at a path that is a page too", async () => {
  const headers = { authorization: `Bearer ${key.key}`, accept: "application/json, text/plain, */*" };
  for (const path of ["/auth/session", "/teams", `/teams/${ana.session.team.namespace}/secrets`, "/api/v1/auth/session", "/account"]) {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const init = method === "GET" ? { headers } : { method, headers: { ...headers, "content-type": "application/json" }, body: "{}" };
      const answer = await ask(path, init);
      assert.deepEqual([answer.status, await answer.json()], [404, NOT_FOUND], `${method} ${path}`);
      assert.match(answer.headers.get("content-type"), /application\/json/);
    }
  }
});

test("a file that is not there is 404 and kept by nobody; one that is there is kept for a year", async () => {
  for (const path of ["/assets/app-0123456789abcdef.js", "/assets/", "/assets/console.css", "/assets/../assets/x.wasm"]) {
    const answer = await ask(path, { headers: BROWSER });
    assert.deepEqual([answer.status, await answer.json()], [404, NOT_FOUND], path);
    assert.match(answer.headers.get("cache-control"), /no-store/);
  }
  const page = await (await ask("/")).text();
  const [, script] = page.match(/src="(\/assets\/[^"]+\.js)"/);
  const file = await ask(script);
  assert.equal(file.status, 200);
  assert.match(file.headers.get("content-type"), /javascript/);
  assert.match(file.headers.get("cache-control"), /immutable/);
  await file.arrayBuffer();
});

test("password managers find the page that changes a password, and the path that tells them apart", async () => {
  for (const method of ["GET", "HEAD"]) {
    const answer = await ask("/.well-known/change-password", { method });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get("location"), "/account/settings/security/password");
    assert.match(answer.headers.get("cache-control"), /no-store/);
    assert.equal((await ask(answer.headers.get("location"), { headers: BROWSER })).status, 200);
  }
  // Browsers ask for it to learn whether a site says 200 to everything.
  const probe = await ask("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200");
  assert.equal(probe.status, 404);
});

test("HEAD answers as GET does, without the body", async () => {
  const page = await (await ask("/")).text();
  const [, script] = page.match(/src="(\/assets\/[^"]+\.js)"/);
  const [, wasm] = page.match(/href="(\/assets\/[^"]+\.wasm)"/);
  const bearer = { authorization: `Bearer ${key.key}` };
  const places = [
    ["/", BROWSER],
    ["/sign-in", BROWSER],
    ["/nothing/here", BROWSER],
    ["/nothing/here", { accept: "application/json" }],
    ["/assets/nothing.js", {}],
    [script, {}],
    [wasm, {}],
    ["/v1/health", {}],
    ["/v1/openapi.json", {}],
    ["/v1/auth/session", bearer],
    ["/v1/auth/session", {}],
    ["/v1/teams", {}],
    ["/v1/teams", bearer],
    [`/v1/teams/${ana.session.team.id}`, bearer],
    [`/v1/teams/${ana.session.team.id}/secrets?limit=0`, bearer],
    ["/v1/nothing", {}],
    ["/paperspace/v1/auth/session", bearer],
  ];
  const changing = ["date", "x-request-id", "connection", "keep-alive", "transfer-encoding", "content-length"];
  const fixed = (headers) => Object.fromEntries([...headers].filter(([name]) => !changing.includes(name)));
  for (const [path, headers] of places) {
    // Without compression, which has no length beforehand.
    const init = { headers: { "accept-encoding": "identity", ...headers } };
    const get = await ask(path, init);
    const bytes = (await get.arrayBuffer()).byteLength;
    const head = await ask(path, { ...init, method: "HEAD" });
    assert.equal(head.status, get.status, path);
    assert.equal((await head.arrayBuffer()).byteLength, 0, path);
    assert.deepEqual(fixed(head.headers), fixed(get.headers), path);
    const length = head.headers.get("content-length");
    // The platform tells no length of a file that it has not read.
    if (get.headers.get("content-type")?.startsWith("application/json")) assert.equal(length, String(bytes), path);
    else assert.ok(length === null || length === String(bytes), `${path}: ${length}`);
  }
});

test("no other site is let in: a preflight is 404, and nothing names an origin", async () => {
  for (const path of ["/v1/teams", "/v1/auth/session", "/v1/auth/sign-in", "/paperspace/v1/auth/session", "/v1/nothing"]) {
    const foreign = { origin: "https://elsewhere.example", "access-control-request-method": "POST", "access-control-request-headers": "authorization" };
    const preflight = await ask(path, { method: "OPTIONS", headers: foreign });
    assert.deepEqual([preflight.status, await preflight.json()], [404, NOT_FOUND], path);
    const read = await ask(path, { headers: { origin: foreign.origin, authorization: `Bearer ${key.key}` } });
    await read.arrayBuffer();
    for (const answer of [preflight, read]) {
      const names = [...answer.headers.keys()].filter((name) => name.startsWith("access-control-"));
      assert.deepEqual(names, [], path);
    }
  }
});

test("a path that is too long is 414, a body that is too large 413 to whoever may send it", async () => {
  const long = await ask(`/v1/teams?x=${"a".repeat(5000)}`);
  assert.deepEqual([long.status, (await long.json()).code], [414, "BAD_REQUEST"]);
  const body = JSON.stringify({ name: "LARGE", value: "x".repeat(200_000) });
  const send = (team, authorization) =>
    ask(`/v1/teams/${team}/secrets`, { method: "POST", headers: { "content-type": "application/json", ...(authorization ? { authorization } : {}) }, body });
  for (const [team, by, status] of [
    [ana.session.team.id, `Bearer ${key.key}`, 413],
    ["no-such-team", `Bearer ${key.key}`, 404],
    [ana.session.team.id, "Bearer ghk_wrong", 401],
    [ana.session.team.id, undefined, 401],
  ]) {
    const answer = await send(team, by);
    assert.equal(answer.status, status, await answer.text());
  }
});

test("the date of an answer follows the clock of development", async () => {
  const shown = async () => Date.parse((await ask("/v1/health")).headers.get("date"));
  assert.ok(Math.abs((await shown()) - Date.now()) < 60_000);
  const move = (ahead) => ask("/dev/clock", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ahead }) });
  for (const days of [3, 400, 0]) {
    const ahead = days * 86_400;
    assert.equal((await move(ahead)).status, 200);
    assert.ok(Math.abs((await shown()) - Date.now() - ahead * 1000) < 60_000, `${days} days`);
  }
});
