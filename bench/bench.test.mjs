// Tests of the bench itself, without wrangler: `node --test bench/bench.test.mjs`. A bench that cannot fail measures nothing.

import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";

import { load } from "./load.mjs";
import { between, targets } from "./report.mjs";
import { compare, measure, median } from "./rounds.mjs";

let server;
let url;
let asked = 0;

before(async () => {
  server = http.createServer((request, response) => {
    asked += 1;
    if (request.url === "/hang-up") return request.socket.destroy();
    response.statusCode = request.url === "/third" && asked % 3 === 0 ? 500 : 200;
    response.end("answer");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

const to = (path) => () => ({ path });

test("a burst ends at its count and keeps its connections", async () => {
  asked = 0;
  const result = await load({ url, request: to("/"), seconds: 10, count: 100 });
  assert.equal(result.requests, 100);
  assert.equal(asked, 100);
  assert.equal(result.sockets, 16);
  assert.ok(result.p50 <= result.p95 && result.p95 <= result.max);
});

test("a burst ends at its time", async () => {
  const result = await load({ url, request: to("/"), seconds: 0.2 });
  assert.ok(result.seconds >= 0.2 && result.seconds < 2);
});

test("one wrong answer fails the burst", async () => {
  await assert.rejects(load({ url, request: to("/third"), seconds: 5, count: 50 }), /GET \/third: answered 500: answer/);
});

test("a connection that ends fails the burst", async () => {
  await assert.rejects(load({ url, request: to("/hang-up"), seconds: 5, count: 50 }), /GET \/hang-up/);
});

test("only this machine is called, and not for long", async () => {
  await assert.rejects(load({ url: "http://example.com", request: to("/"), seconds: 1 }), /only calls this machine/);
  await assert.rejects(load({ url, request: to("/"), seconds: 3600 }), /at most 30 seconds/);
});

test("sites are walked forth and back, each round from another place", async () => {
  const order = [];
  const operation = { id: "any", title: "Any", request: (site) => (order.push(site.name), { path: "/" }) };
  const sites = ["a", "b"].map((name) => ({ name, url, pid: undefined }));
  const results = await measure({ sites, operations: [operation], rounds: 2, seconds: 0.2, warm: { seconds: 0.05 }, say: () => {} });
  const turns = order.filter((name, n) => name !== order[n - 1]).join("");
  assert.equal(turns, "ab".repeat(6));
  assert.equal(results.any.a.length, 2);
  assert.equal(results.any.b[0].cpuMs, null);
});

test("ratio and noise are medians of what the rounds say", () => {
  const rounds = (...rates) => rates.map((perSecond) => ({ perSecond, p50: 1, p95: 2, cpuMs: null }));
  const results = { ours: rounds(110, 60, 300), a: rounds(100, 50, 400), b: rounds(100, 50, 200) };
  const { ratio, noise, perSecond, cpuMs } = compare(results, "ours", ["a", "b"]);
  assert.deepEqual(ratio, { median: 1.1, least: 1, most: 1.2 });
  assert.deepEqual(noise, { median: 1, least: 1, most: 2 });
  assert.equal(perSecond, 110);
  assert.equal(cpuMs, null);
  assert.equal(median([4, 1, 2, 3]), 2.5);
});

test("a target is missed below its ratio and from its size on", () => {
  const rate = (median, target) => ({ title: "Session", target, ratio: { median } });
  const met = (figures) => targets({ rates: [], ...figures }).map((target) => target.met);
  assert.deepEqual(met({ rates: [rate(1.1, 1.1), rate(1.09, 1.1), rate(0.1, null)] }), [true, false]);
  assert.deepEqual([999_999, 1_000_000].flatMap((gzip) => met({ bundle: { bytes: 3_000_000, gzip } })), [true, false]);
});

test("only what stands between the markers is written", () => {
  const document = "a\n<!-- reads -->\nkeep\n<!-- /reads -->\n<!-- figures -->\nold\n<!-- /figures -->\nz";
  const once = between(document, "new");
  assert.ok(once.includes("keep") && once.endsWith("z") && !once.includes("old"));
  assert.equal(between(once, "new"), once);
  assert.throws(() => between("no markers", "new"), /lacks/);
});
