// Changes are answered once they are stored, and their makers see them, whatever KV does meanwhile.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { best } from "../support/best.mjs";
import { REPLICA } from "../support/http.mjs";
import { makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";

const IN_A_ROW = 10;
const CHANGE_MS = 50;

let server, owner, team, program;

before(async () => {
  server = await start();
  owner = await signUp(server, "Olive");
  team = await makeTeam(owner);
  program = (await makeKey(owner, team)).client;
});
after(() => server?.stop());

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];

test("ten changes of one record in a row are answered quickly, and each is seen at once", async () => {
  succeeded(await program.post(`/v1/teams/${team.id}/secrets`, { name: "ROW", value: "0" }), 201);
  const { least, seen } = await best(CHANGE_MS, async () => {
    const times = [];
    for (let n = 0; n < IN_A_ROW; n += 1) {
      const begun = performance.now();
      const changed = succeeded(await program.patch(`/v1/teams/${team.id}/secrets/ROW`, { value: `${n}` }), 200);
      times.push(performance.now() - begun);
      const read = succeeded(await program.get(`/v1/teams/${team.id}/secrets/ROW`, REPLICA), 200);
      assert.equal(read.dtModified, changed.dtModified);
    }
    return median(times);
  });
  console.log(`the median of ${IN_A_ROW} changes of one secret: ${seen.join(", ")} ms`);
  assert.ok(least < CHANGE_MS, `${least} ms`);
});

test("a profile that is changed ten times in a row reads as the last one each time", async () => {
  for (let n = 0; n < IN_A_ROW; n += 1) {
    succeeded(await owner.client.patch(`/v1/teams/${team.id}`, { bio: `${n}` }), 200);
    for (const place of [team.id, team.namespace]) {
      const read = succeeded(await owner.client.get(`/v1/teams/${place}`, REPLICA), 200);
      assert.equal(read.bio, `${n}`);
    }
  }
});
