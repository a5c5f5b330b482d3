// What one sign-in costs: CPU time of the runtime over some sign-ins, one after the other, less that of as many
// empty answers. Passwords are hashed slowly on purpose, so the cost is there and must be known.

import { cpuMs } from "./cpu.mjs";
import { call } from "./load.mjs";
import { median } from "./rounds.mjs";

// Below the hundred sign-ins that one address may make in a quarter of an hour.
const SIGN_INS = 60;
const WARM = 10;
// Enough for the kernel's clock of ten milliseconds to show cheap answers.
const EMPTY = 600;
// The runtime alone: wrangler's own process beside it would only add noise.
const RUNTIME = "workerd";

export async function measureSignIn(site) {
  const signIn = {
    ...site.target,
    method: "POST",
    path: "/v1/auth/sign-in",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: site.owner.ownerEmail, password: site.owner.ownerPassword }),
  };
  const empty = { ...site.target, path: "/v1/health" };

  await repeat(signIn, WARM, site);
  const withSignIn = await repeat(signIn, SIGN_INS, site);
  await repeat(empty, WARM, site);
  const withNothing = await repeat(empty, EMPTY, site);
  const known = withSignIn.cpuMs !== null && withNothing.cpuMs !== null;
  return {
    cpuMs: known ? withSignIn.cpuMs - withNothing.cpuMs : null,
    wallMs: withSignIn.wallMs - withNothing.wallMs,
    count: SIGN_INS,
  };
}

// CPU time a call, and the median time of a call, in milliseconds.
async function repeat(request, count, site) {
  const times = [];
  const before = cpuMs(site.pid, RUNTIME);
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    const answer = await call(request);
    times.push(performance.now() - start);
    if (answer.status !== 200) throw new Error(`${request.path} answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  }
  const after = cpuMs(site.pid, RUNTIME);
  return { cpuMs: before === null || after === null ? null : (after - before) / count, wallMs: median(times) };
}
