// The floor: the least JavaScript Worker that could answer the benched requests out of KV.
// It is what Guildhall's figures are divided by. It checks nothing that the answer does not need:
// no hashing, no cross-site defence, no audit, no Durable Object. It is never deployed.

const PATH = /^\/v1\/teams\/([^/]+)\/(users|secrets)(?:\/([^/]+))?$/;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/v1/health") return Response.json({ status: "ok" });
    if (pathname === "/dev/seed" && request.method === "POST") return seed(await request.json(), env.KV);

    const [, team, kind, name] = PATH.exec(pathname) ?? [];
    const session = pathname === "/v1/auth/session";
    if (!session && !kind) return refuse(404, "NOT_FOUND", "Not found");

    const bearer = request.headers.get("Authorization")?.slice("Bearer ".length);
    const key = bearer ? await env.KV.get(`key/${bearer}`, "json") : null;
    if (session) return Response.json(key && (await readSession(key, env.KV)));
    if (!key) return refuse(401, "UNAUTHORIZED", "You must be logged in to access this method.");
    if (key.team !== team) return refuse(404, "NOT_FOUND", "Not found");

    if (kind === "users") return listMembers(team, env.KV);
    if (request.method === "PATCH") return changeSecret(team, name, await request.json(), env.KV);
    return readSecret(key, name, env.KV);
  },
};

// Two more gets after the key, one after the other: three in all.
async function readSession(key, kv) {
  const user = await kv.get(`user/${key.user}`, "json");
  const team = await kv.get(`team/${key.team}`, "json");
  return { user, team };
}

// One list, whose metadata hold what the rows do not share: a tenth faster than rows as they are answered.
async function listMembers(team, kv) {
  const prefix = `team/${team}/user/`;
  const { keys } = await kv.list({ prefix, limit: 100 });
  return Response.json(keys.map(({ name, metadata }) => memberRow(team, name.slice(prefix.length), metadata)));
}

function memberRow(teamId, userId, [email, isAdmin, isOwner, dtConfirmed, firstName, lastName, lastActive]) {
  const user = { id: userId, email, firstName, lastName, lastActive };
  return { userId, email, isAdmin, isOwner, teamId, dtConfirmed, user };
}

// The member and the secret at once: the maker of the key must still be in the team.
async function readSecret(key, name, kv) {
  const [member, secret] = await Promise.all([
    kv.get(`team/${key.team}/user/${key.user}`, "json"),
    kv.get(`team/${key.team}/secret/${name}`, "json"),
  ]);
  if (!member || !secret) return refuse(404, "NOT_FOUND", "Not found");
  return Response.json({ name: secret.name, dtCreated: secret.dtCreated, dtModified: secret.dtModified });
}

// One put, unencrypted and unconditional.
async function changeSecret(team, name, { value }, kv) {
  const now = new Date().toISOString();
  await kv.put(`team/${team}/secret/${name}`, JSON.stringify({ name, value, dtCreated: now, dtModified: now }));
  return Response.json({ name, dtCreated: now, dtModified: now });
}

// Fills the records that Guildhall's own development seed makes, in this Worker's plain form.
async function seed({ members, secrets }, kv) {
  const team = { id: "tfloor", name: "Floor", namespace: "floor", isPrivate: false };
  const now = new Date().toISOString();
  const puts = [
    kv.put("key/floor", JSON.stringify({ team: team.id, user: "u0" })),
    kv.put(`team/${team.id}`, JSON.stringify(team)),
  ];
  for (let i = 0; i < members; i += 1) {
    const user = {
      id: `u${i}`, email: `member${i}@example.com`, firstName: "Member", lastName: `Number ${i}`,
      defaultProduct: "core", theme: "system", dtCreated: now, dtConfirmed: now,
    };
    const metadata = [user.email, i === 0, i === 0, now, user.firstName, user.lastName, now];
    if (i === 0) puts.push(kv.put(`user/${user.id}`, JSON.stringify(user)));
    puts.push(kv.put(`team/${team.id}/user/${user.id}`, JSON.stringify(metadata), { metadata }));
  }
  for (let i = 0; i < secrets; i += 1) {
    const secret = { name: `SECRET_${i}`, value: "seeded", dtCreated: now, dtModified: now };
    puts.push(kv.put(`team/${team.id}/secret/${secret.name}`, JSON.stringify(secret)));
  }
  await Promise.all(puts);
  const names = Array.from({ length: secrets }, (_, i) => `SECRET_${i}`);
  return Response.json({ team, key: "floor", secrets: names }, { status: 201 });
}

function refuse(status, code, message) {
  return Response.json({ code, message }, { status });
}
