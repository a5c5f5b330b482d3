// Whether the server's answers tell by their time which emails have an account: as many calls for known emails as
// for unknown ones, one after the other, in turn. `node bench/alike.mjs [calls of each kind]`, on a quiet machine,
// after `cargo xtask build --dev`.
import { Client } from "../tests/support/http.mjs";
import { succeeded } from "../tests/support/people.mjs";
import { start } from "../tests/support/server.mjs";
import { median } from "./rounds.mjs";

const CALLS = Number(process.argv[2] ?? 200);
// Fewer than lock an email, or make it wait.
const EACH = 4;

let address = 0;

/** A browser whose calls count for nobody else's limits. */
function browser(server) {
  address += 1;
  const page = new Client(server);
  page.headers["cf-connecting-ip"] = `198.18.${address >> 8}.${address & 255}`;
  return page;
}

const kinds = {
  "sign-in with a wrong password": (page, email) => page.post("/v1/auth/sign-in", { email, password: "not this one" }),
  "a request to reset": (page, email) => page.post("/v1/auth/password-reset", { email }),
};

async function time(call) {
  const since = performance.now();
  const answer = await call();
  return { ms: performance.now() - since, answer: `${answer.status} ${answer.text}` };
}

const server = await start();
try {
  const emails = { known: [], unknown: [] };
  for (let n = 0; n < CALLS / EACH; n += 1) {
    const body = { email: `ana-${n}@example.test`, password: "lantern of an orchard", username: `ana-${n}` };
    succeeded(await browser(server).post("/v1/auth/sign-up", body), 201);
    emails.known.push(body.email);
    emails.unknown.push(`bob-${n}@example.test`);
  }
  for (const [name, call] of Object.entries(kinds)) {
    const times = { known: [], unknown: [] };
    const answers = new Set();
    for (let n = 0; n < CALLS; n += 1) {
      const order = n % 2 === 0 ? ["known", "unknown"] : ["unknown", "known"];
      for (const kind of order) {
        const { ms, answer } = await time(() => call(browser(server), emails[kind][n % emails[kind].length]));
        times[kind].push(ms);
        answers.add(answer);
      }
    }
    const [known, unknown] = [median(times.known), median(times.unknown)];
    const apart = (100 * Math.abs(known - unknown)) / unknown;
    console.log(`${name}: known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms, ${apart.toFixed(1)} % apart, ${answers.size} answer(s)`);
  }
} finally {
  await server.stop();
}
