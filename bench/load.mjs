// The load client: one process, a few keep-alive connections to a server on this machine.
// A burst ends at its count or its time, whichever comes first. One wrong answer fails it.
// It knows nothing of Guildhall: callers say what to send and what a right answer is.
//
//   node bench/load.mjs http://127.0.0.1:8787/v1/health [--seconds 2] [--count 1000] [--connections 16] [--header 'Name: value']

import http from "node:http";
import { parseArgs } from "node:util";

const CONNECTIONS = 16;
const MAX_SECONDS = 30;
const ANSWER_TIMEOUT_MS = 10_000;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

// `request(n)` gives the n-th request as {method, path, headers, body, status}; `status` is the only right answer.
// Times are in milliseconds. `sockets` says how many connections were really opened.
export async function load({ url, request, seconds, count = Infinity, connections = CONNECTIONS }) {
  const { hostname, port } = new URL(url);
  if (!LOOPBACK.has(hostname)) throw new Error(`the load client only calls this machine, not ${hostname}`);
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) throw new Error(`a burst lasts at most ${MAX_SECONDS} seconds`);

  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const target = { host: hostname.replace(/[[\]]/g, ""), port, agent };
  const times = [];
  const sockets = new Set();
  let sent = 0;
  let failed = false;
  const start = performance.now();
  const deadline = start + seconds * 1000;

  async function connection() {
    while (!failed && sent < count && performance.now() < deadline) {
      const wanted = request(sent);
      sent += 1;
      const before = performance.now();
      try {
        const answer = await call({ ...target, ...wanted });
        sockets.add(answer.socket);
        if (answer.status !== (wanted.status ?? 200)) {
          throw new Error(`answered ${answer.status}: ${answer.text.slice(0, 200)}`);
        }
      } catch (error) {
        failed = true;
        throw new Error(`${wanted.method ?? "GET"} ${wanted.path}: ${error.message}`, { cause: error });
      }
      times.push(performance.now() - before);
    }
  }

  try {
    await Promise.all(Array.from({ length: connections }, connection));
  } finally {
    agent.destroy();
  }
  return { ...summary(times, (performance.now() - start) / 1000), sockets: sockets.size };
}

// One call over node's own client. `agent` keeps the connection; `patience` is how long it may stand still.
export function call({ host, port, agent, method = "GET", path, headers = {}, body, patience = ANSWER_TIMEOUT_MS }) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ host, port, agent, method, path, headers: { ...headers, ...length } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const { statusCode: status, headers: answered, socket } = response;
        resolve({ status, headers: answered, socket: socket ?? request.socket, text: Buffer.concat(chunks).toString() });
      });
    });
    request.setTimeout(patience, () => request.destroy(new Error(`no answer in ${patience} ms`)));
    request.on("error", reject);
    request.end(body);
  });
}

export function summary(times, seconds) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return {
    requests: sorted.length,
    seconds,
    perSecond: sorted.length / seconds,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
    times: sorted,
  };
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: "string", default: "2" },
      count: { type: "string", default: "Infinity" },
      connections: { type: "string", default: String(CONNECTIONS) },
      header: { type: "string", multiple: true, default: [] },
    },
  });
  const url = new URL(positionals[0]);
  const headers = Object.fromEntries(values.header.map((line) => line.split(/:\s*(.*)/s).slice(0, 2)));
  const result = await load({
    url,
    request: () => ({ path: url.pathname + url.search, headers }),
    seconds: Number(values.seconds),
    count: Number(values.count),
    connections: Number(values.connections),
  });
  delete result.times;
  console.log(JSON.stringify(result));
}

if (process.argv[1] === import.meta.filename) await main();
