// Asking the server as a browser's page does (a cookie jar, Origin, Sec-Fetch-Site), or as a
// program does (a Bearer key). Over `node:http`, which sends exactly what it is told.
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// An idle connection is left before the server leaves it, which would take the next request with it.
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 2_000 });

/** Has a read ask the replica, which may lack what another client has just changed. */
export const REPLICA = { headers: { "cache-control": null } };

export class Client {
  /**
   * @param {{url: string, site?: string} | string} server its URL, and the console's where that is another one
   * @param {Record<string, string>} [headers] for every request, beside a page's own
   */
  constructor(server, headers) {
    this.url = typeof server === "string" ? server : server.url;
    /** Names to values, as a browser keeps them. */
    this.cookies = new Map();
    this.headers = headers ?? { origin: server.site ?? this.url, "sec-fetch-site": "same-origin" };
  }

  /** A program with this key: no cookies, no Origin. */
  bearer(key) {
    return new Client(this.url, { authorization: `Bearer ${key}` });
  }

  /** The same page in a browser that knows nobody. */
  stranger() {
    return new Client({ url: this.url, site: this.headers.origin });
  }

  get(path, options) {
    return this.request("GET", path, options);
  }

  post(path, body, options) {
    return this.request("POST", path, { body, ...options });
  }

  put(path, body, options) {
    return this.request("PUT", path, { body, ...options });
  }

  patch(path, body, options) {
    return this.request("PATCH", path, { body, ...options });
  }

  delete(path, body, options) {
    return this.request("DELETE", path, { body, ...options });
  }

  /**
   * Any request. `body` goes as JSON, `raw` (a text or bytes) as it is; a header that is null
   * is not sent; `patience` are the milliseconds without a byte. Reads ask the primary, which has what
   * another client changed a moment ago; with `REPLICA` they ask the replica.
   *
   * @returns {Promise<{status: number, headers: Record<string, string|string[]>, text: string, body: any}>}
   */
  async request(method, path, { body, raw, headers = {}, patience = 60_000 } = {}) {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const all = { ...(method === "GET" && { "cache-control": "no-cache" }), ...this.headers };
    if (body !== undefined) all["content-type"] = "application/json";
    if (this.cookies.size > 0) all.cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) delete all[name.toLowerCase()];
      else all[name.toLowerCase()] = value;
    }
    if (payload !== undefined) all["content-length"] = Buffer.byteLength(payload);
    else if (!["GET", "HEAD"].includes(method)) all["content-length"] = 0;
    const answer = await send(new URL(path, this.url), { method, headers: all }, payload, patience);
    for (const line of answer.headers["set-cookie"] ?? []) this.#keep(line);
    return answer;
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute))) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function send(url, options, payload, patience) {
  return new Promise((done, failed) => {
    // The server listens on this address only, whatever `localhost` means elsewhere.
    const call = request({ ...options, agent, host: "127.0.0.1", port: url.port, path: url.pathname + url.search }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", failed);
      answer.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        done({ status: answer.statusCode, headers: answer.headers, text, body: parsed(text) });
      });
    });
    call.setHeader("host", url.host);
    call.setTimeout(patience, () => call.destroy(new Error(`no answer to ${options.method} ${url.pathname} in ${patience / 1000} s`)));
    call.on("error", failed);
    call.end(payload);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every mail to somebody, newest first. */
export async function mails(server, to) {
  const { status, body } = await new Client(server).get("/dev/mail.json");
  if (status !== 200) throw new Error(`/dev/mail.json answered ${status}; is this the development Worker?`);
  return body.filter((mail) => [mail.to].flat().some((address) => address.toLowerCase() === to.toLowerCase()));
}

/**
 * The newest mail to somebody, as soon as there is one: it leaves after the save.
 * `where` tells which one is meant, `(mail) => mail.subject.includes("…")`.
 */
export async function lastMail(server, to, where = () => true) {
  return until(async () => (await mails(server, to)).find(where), `there is no such mail to ${to}`);
}

/** The token behind the # of a mail's link. */
export function tokenIn(mail) {
  const link = [...(mail.links ?? []), mail.text, mail.html].find((text) => text?.includes("#token="));
  const token = link?.match(/#token=([A-Za-z0-9._~-]+)/)?.[1];
  if (!token) throw new Error(`no link with a token in "${mail.subject}"`);
  return token;
}

/** The newest mail whose link leads to this page, and the link's own path: `/unlock#token=…`. */
export async function mailedLink(server, to, page) {
  const leads = (link) => new URL(link).pathname === page;
  const mail = await lastMail(server, to, (mail) => mail.links.some(leads));
  const { pathname, hash } = new URL(mail.links.find(leads));
  return pathname + hash;
}

/** Asks again until there is an answer that is not undefined, false or null; ten seconds at most. */
export async function until(ask, otherwise, patience = 10_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(otherwise);
    await sleep(50);
  }
}
