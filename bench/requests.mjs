// The four benched requests: how each is sent, what a right answer is, and which ratio to the floor it must reach.
// Guildhall and the floor get the same ones, so that a difference is theirs.

import { call } from "./load.mjs";

export const MEMBERS = 100;
// So many that one burst seldom changes the same secret twice in a second: KV takes one write per key and second.
export const SECRETS = 500;
// They are all made while one answer is waited for.
const SEEDING_MS = 60_000;

// `target` is the least ratio Guildhall / floor; null where nothing is promised.
export const OPERATIONS = [
  {
    id: "session",
    title: "Session",
    target: 1.1,
    request: (site) => ({ path: "/v1/auth/session", headers: site.headers }),
    isRight: (body, site) => typeof body?.user?.id === "string" && body.team?.id === site.team.id,
  },
  {
    id: "members",
    title: `Members (${MEMBERS})`,
    target: 0.9,
    request: (site) => ({ path: `/v1/teams/${site.team.id}/users?limit=${MEMBERS}`, headers: site.headers }),
    isRight: (body, site) =>
      body?.length === MEMBERS && body.every((row) => row.userId && row.email && row.teamId === site.team.id),
  },
  {
    id: "secret-read",
    title: "Secret read",
    target: 0.9,
    request: (site, n) => ({ path: secretPath(site, n), headers: site.headers }),
    isRight: (body, site) => site.secrets.includes(body?.name) && body.value === undefined,
  },
  {
    id: "secret-change",
    title: "Secret change",
    target: null,
    request: (site, n) => ({
      method: "PATCH",
      path: secretPath(site, n),
      headers: { ...site.headers, "Content-Type": "application/json" },
      body: JSON.stringify({ value: `changed ${n}` }),
    }),
    isRight: (body, site) => site.secrets.includes(body?.name) && body.value === undefined,
  },
];

function secretPath(site, n) {
  return `/v1/teams/${site.team.id}/secrets/${site.secrets[n % site.secrets.length]}`;
}

// Fills a running server; returns what it says of that.
export async function seed({ url }) {
  const seeded = await call({
    ...target(url),
    method: "POST",
    path: "/dev/seed",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ members: MEMBERS, secrets: SECRETS }),
    patience: SEEDING_MS,
  });
  if (seeded.status >= 300) throw new Error(`POST /dev/seed answered ${seeded.status}: ${seeded.text.slice(0, 200)}`);
  return JSON.parse(seeded.text);
}

// A filled server as a site: where it is, and what the requests need to name.
export async function siteOf(name, { url, pid }, { team, key, secrets, ...owner }) {
  const site = { name, url, pid, target: target(url), team, owner, headers: { Authorization: `Bearer ${key}` } };
  site.secrets = secrets ?? (await listSecrets(site));
  site.bytes = {};
  for (const operation of OPERATIONS) site.bytes[operation.id] = await tryOnce(operation, site);
  return site;
}

function target(url) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port };
}

// The names of all seeded secrets, page by page after the `Link` header.
async function listSecrets(site) {
  const names = [];
  let path = `/v1/teams/${site.team.id}/secrets?limit=120`;
  while (path) {
    const page = await call({ ...site.target, path, headers: site.headers });
    if (page.status !== 200) throw new Error(`${site.name}: the list of secrets answered ${page.status}: ${page.text.slice(0, 200)}`);
    names.push(...JSON.parse(page.text).map((secret) => secret.name));
    const next = /<([^>]+)>\s*;[^,]*rel="?next"?/.exec(page.headers.link ?? "")?.[1];
    const url = next && new URL(next, site.url);
    path = url && url.pathname + url.search;
  }
  if (names.length < SECRETS) throw new Error(`${site.name}: ${names.length} secrets seeded instead of ${SECRETS}`);
  return names;
}

// One answer looked at closely, before its status alone is watched under load. Returns its size in bytes.
async function tryOnce(operation, site) {
  const request = operation.request(site, 0);
  const answer = await call({ ...site.target, ...request });
  const right = answer.status === 200 && operation.isRight(JSON.parse(answer.text), site);
  if (!right) throw new Error(`${site.name}: ${operation.title} answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  return Buffer.byteLength(answer.text);
}
