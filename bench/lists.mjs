// Whether a page of a list and a change cost more in a large team than in a small one.
// `node bench/lists.mjs [calls of each kind]`, on a quiet machine, after `cargo xtask build --dev`.
import { Client, REPLICA } from "../tests/support/http.mjs";
import { succeeded } from "../tests/support/people.mjs";
import { start } from "../tests/support/server.mjs";
import { median } from "./rounds.mjs";

const CALLS = Number(process.argv[2] ?? 60);
const SMALL = { members: 100, secrets: 100, apiKeys: 100, auditLines: 100 };
const LARGE = { members: 100_000, secrets: 10_000, apiKeys: 10_000, auditLines: 1_000_000 };
const PATIENCE = { patience: 1_800_000 };
// Calls that make the objects and the compiled code warm.
const WARM = 10;

const READS = {
  "members, the first page": () => "users",
  "members, a page in the middle": ({ middle }) => `users?after=${middle.members}`,
  "members by name": () => "users?orderBy=name&order=asc",
  "members by role, admins alone": () => "users?orderBy=name&role=admin",
  "members, the owner by role": () => "users?role=owner",
  "members, a search that finds many": () => "users?search=member",
  "members, a search that finds one": ({ last }) => `users?search=member-${last}%40`,
  "members, a search that finds none": () => "users?search=nobody%20here",
  "secrets, the first page": () => "secrets",
  "secrets, a page in the middle": ({ middle }) => `secrets?after=${middle.secrets}`,
  "API keys of everybody": () => "api-keys?all=true",
  "API keys of one's own": () => "api-keys",
  "audit log, the first page": () => "audit",
  "audit log, a page in the middle": ({ middle }) => `audit?after=${middle.audit}`,
};

const CHANGES = {
  "a secret's value": [200, (team, n) => team.program.patch(`${team.path}/secrets/SECRET_00001`, { value: `value ${n}` })],
  "a new secret": [201, (team, n) => team.program.post(`${team.path}/secrets`, { name: `NEW_${n}`, value: "value" })],
  "a member's role": [200, (team, n) => team.owner.put(`${team.path}/users/${team.member}`, { isAdmin: n % 2 === 0 })],
  "an invitation": [
    201,
    (team, n) => team.owner.post(`${team.path}/invitations`, { emails: [`guest-${n}@example.test`], isAdmin: false }),
  ],
};

async function seed(server, size) {
  const since = performance.now();
  const made = succeeded(await new Client(server).post("/dev/seed", { ...size, unreplicated: true }, PATIENCE), 200);
  console.error(`${JSON.stringify(size)}: ${((performance.now() - since) / 1000).toFixed(0)} s`);
  const owner = new Client(server);
  succeeded(await owner.post("/v1/auth/sign-in", { email: made.ownerEmail, password: made.ownerPassword }), 200);
  const path = `/v1/teams/${made.team.id}`;
  const program = owner.bearer(made.key);
  // It has changed nothing, so that its reads are the replica's where the replica has them.
  const reader = owner.bearer(succeeded(await owner.post(`${path}/api-keys`, { name: "Reader" }), 201).key);
  const some = succeeded(await reader.get(`${path}/users?limit=2`), 200);
  const { last, middle } = {
    last: size.members - 2,
    middle: {
      members: await middleOf(reader, `${path}/users`),
      secrets: await middleOf(reader, `${path}/secrets`),
      audit: `1.${Math.floor(size.auditLines / 2)}`,
    },
  };
  return { path, owner, program, reader, last, middle, member: some.find((one) => !one.isOwner).userId };
}

/** The cursor of the third page, or of the second row where that is all. */
async function middleOf(reader, path) {
  let next = `${path}?limit=30`;
  let cursor;
  for (let page = 0; page < 2 && next; page += 1) {
    next = (await reader.get(next)).headers.link?.match(/<([^>]+)>/)?.[1];
    cursor = next?.match(/after=([^&]+)/)?.[1] ?? cursor;
  }
  return cursor;
}

const quantile = (times, q) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))];

/** Each call for the small and the large team in turn. */
async function compare(teams, call, status) {
  const times = teams.map(() => []);
  for (let n = 0; n < CALLS + WARM; n += 1) {
    for (const [at, team] of teams.entries()) {
      const since = performance.now();
      const answer = await call(team, n);
      const took = performance.now() - since;
      succeeded(answer, status);
      if (n >= WARM) times[at].push(took);
    }
  }
  return times;
}

const server = await start();
try {
  const teams = [await seed(server, SMALL), await seed(server, LARGE)];
  console.log("| Call | Small: median | p95 | Large: median | p95 | Ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |");
  const line = (name, [small, large]) => {
    const of = (times) => [median(times), quantile(times, 0.95)].map((ms) => `${ms.toFixed(1)} ms`).join(" | ");
    console.log(`| ${name} | ${of(small)} | ${of(large)} | ${(median(large) / median(small)).toFixed(2)} |`);
  };
  for (const [name, path] of Object.entries(READS)) {
    line(name, await compare(teams, (team) => team.reader.get(`${team.path}/${path(team)}`, REPLICA), 200));
  }
  for (const [name, [status, call]] of Object.entries(CHANGES)) line(name, await compare(teams, call, status));
} finally {
  await server.stop();
}
