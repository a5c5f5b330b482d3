// The local data of a server, read from its files: the records of every object (the primaries)
// and the entries of KV (the replica). For what no answer of the API can show.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { mails, until } from "./http.mjs";

/** What an owner replicates starts with one of these; everything else stays in the primary, as do API keys. */
const REPLICATED = /^(installation$|(user|account|namespace|invitee)\/|team\/[^/]+(\/(?!key\/)|$))/;
/** A roster has no more members than this: the newest. */
const ROSTER = 121;

/**
 * Every object's records: `[{object, kind, records: Map<key, {value, meta, expires}>}]`. The
 * values stand as stored: version, revision, JSON.
 */
export function primaries(server) {
  const base = join(server.state, "v3/do");
  if (!existsSync(base)) return [];
  return readdirSync(base).flatMap((folder) => {
    const kind = folder.match(/-(\w+)Object$/)?.[1];
    if (!kind) return [];
    const files = readdirSync(join(base, folder)).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file));
    return files.map((file) => ({ object: basename(file, ".sqlite"), kind, records: records(join(base, folder, file)) }));
  });
}

function records(file) {
  const rows = query(file, "record", "SELECT key, value, meta, expires FROM record");
  return new Map(rows.map(({ key, ...stored }) => [key, stored]));
}

/** KV: a Map of keys to texts. The mailbox and the clock of development are no part of it. */
export function replica(server) {
  const entries = new Map();
  for (const { key, blob } of kvEntries(server)) {
    if (!key.startsWith("dev/")) entries.set(key, readFileSync(blob, "utf8"));
  }
  return entries;
}

/** The files in which the mailbox of development lies, which holds mails as they were sent. */
export function mailboxFiles(server) {
  return kvEntries(server).flatMap(({ key, blob }) => (key.startsWith("dev/") ? [blob] : []));
}

function kvEntries(server) {
  const base = join(server.state, "v3/kv");
  if (!existsSync(base)) return [];
  const files = readdirSync(base, { recursive: true }).map((file) => join(base, file));
  const blobs = new Map(files.filter((file) => /\/blobs\/[^/]+$/.test(file)).map((file) => [basename(file), file]));
  return files
    .filter((file) => file.endsWith(".sqlite"))
    .flatMap((file) => query(file, "_mf_entries", "SELECT key, blob_id, expiration FROM _mf_entries"))
    .filter((row) => row.expiration === null || Number(row.expiration) > Date.now())
    .flatMap((row) => (blobs.has(row.blob_id) ? [{ key: row.key, blob: blobs.get(row.blob_id) }] : []));
}

/** Has a stopped server forget the index of its lists, as what was stored before there was one. Returns how many it had. */
export function dropIndexes(server) {
  const base = join(server.state, "v3/do");
  const files = readdirSync(base, { recursive: true }).map((file) => join(base, file));
  let dropped = 0;
  for (const file of files.filter((file) => /[0-9a-f]{64}\.sqlite$/.test(file))) {
    const database = new DatabaseSync(file, { timeout: 5_000 });
    try {
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE name GLOB 'list_*' AND type = 'table'").all();
      for (const { name } of tables) database.exec(`DROP TABLE ${name}`);
      dropped += tables.length;
    } finally {
      database.close();
    }
  }
  return dropped;
}

function query(file, table, sql) {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    const known = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name = ?").get(table);
    return known ? database.prepare(sql).all() : [];
  } finally {
    database.close();
  }
}

/** The views that the replica should have of one object's records: `[[key, value]]`. */
function views(records) {
  const json = (key) => records.get(key)?.value.replace(/^\d+ \d+ /, "");
  return [...records.keys()].sort().flatMap((key) => {
    const [, team, kind, id] = key.split("/");
    if (!key.startsWith("team/")) return [];
    if (kind === "key") {
      const member = json(`team/${team}/user/${JSON.parse(json(key)).maker}`);
      const pass = `{"key":${json(key)},"member":${member},"team":${json(`team/${team}`)}}`;
      return member && json(`team/${team}`) ? [[`team/${team}/pass/${id}`, `1 0 ${pass}`]] : [];
    }
    if (kind) return [];
    const start = `team/${team}/user/`;
    const members = [...records.keys()].filter((key) => key.startsWith(start)).sort().reverse();
    const joined = (key) => JSON.parse(records.get(key).meta)[0];
    const newest = members.sort((a, b) => joined(b) - joined(a)).slice(0, ROSTER);
    const rows = newest.map((key) => `["${key.slice(start.length)}",${records.get(key).meta}]`);
    return [[`team/${team}/roster`, `${rows.length < ROSTER ? 1 : 2} 0 [${rows.join(",")}]`]];
  });
}

/**
 * Where replica and primary differ, as sentences; none when the replica has every replicated
 * record byte for byte, every view of them, and nothing else.
 */
export function differences(server) {
  const found = [];
  const owned = new Map();
  for (const { kind, records } of primaries(server)) {
    for (const [key, value] of views(records)) owned.set(key, { kind, value });
    for (const [key, { value, expires }] of records) {
      if (!REPLICATED.test(key)) continue;
      if (owned.has(key)) found.push(`${key} has two owners`);
      // KV keeps nothing for less than a minute, so what is about to end is out of it already.
      if (expires === null || expires > Date.now() + 120_000) owned.set(key, { kind, value });
    }
  }
  const copies = replica(server);
  for (const [key, { kind, value }] of owned) {
    if (!copies.has(key)) found.push(`${key} of the ${kind} object is not in KV`);
    else if (copies.get(key) !== value) found.push(`${key} is ${value} in the ${kind} object and ${copies.get(key)} in KV`);
  }
  for (const key of copies.keys()) {
    if (!owned.has(key)) found.push(`${key} is in KV and in no object`);
  }
  return found;
}

/** Rows of outboxes that are still to be worked off. */
export function outboxes(server) {
  return primaries(server).flatMap(({ kind, records }) =>
    [...records.keys()].filter((key) => /^~(dirty|effect)\//.test(key)).map((key) => `${kind}: ${key}`),
  );
}

/** Waits until every outbox is empty. */
export function settled(server, patience = 30_000) {
  return until(() => outboxes(server).length === 0, "the outboxes did not empty", patience).catch((error) => {
    throw new Error(`${error.message}: ${outboxes(server).slice(0, 10).join(", ")}`);
  });
}

/** Every mail to somebody, once none is still to be sent: for how many there are, and whether there is none. */
export async function everyMail(server, to) {
  await settled(server);
  return mails(server, to);
}

/**
 * Puts an entry of KV back as it was, as an edge elsewhere might still have it: call it before
 * the entry goes, and what it returns afterwards.
 */
export function keepStale(server, key) {
  const files = readdirSync(join(server.state, "v3/kv"), { recursive: true }).map((file) => join(server.state, "v3/kv", file));
  for (const file of files.filter((file) => file.endsWith(".sqlite"))) {
    const row = query(file, "_mf_entries", "SELECT * FROM _mf_entries").find((row) => row.key === key);
    if (!row) continue;
    const blob = files.find((file) => basename(file) === row.blob_id);
    const bytes = readFileSync(blob);
    return () => {
      writeFileSync(blob, bytes);
      const database = new DatabaseSync(file, { timeout: 5_000 });
      const columns = Object.keys(row);
      const places = columns.map(() => "?").join(", ");
      database.prepare(`INSERT INTO _mf_entries (${columns.join(", ")}) VALUES (${places})`).run(...Object.values(row));
      database.close();
    };
  }
  throw new Error(`${key} is not in KV`);
}
