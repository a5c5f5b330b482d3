// A server for one test file: `wrangler dev` on what is already built, on a free port of this
// machine, with data of its own. It builds nothing and ends with the process that started it.
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const root = resolve(import.meta.dirname, "../..");

// How long the first answer may take, and how long a server gets to end by itself.
const START_MS = 60_000;
const STOP_MS = 6_000;

const running = new Set();

/**
 * Starts a server and waits until it answers.
 *
 * @param {object} [options]
 * @param {number} [options.port] a free one where it is not named
 * @param {string} [options.state] the folder of the data; a temporary one, removed by `stop`
 * @param {Record<string, string>} [options.env] more environment for wrangler
 * @param {Record<string, string>} [options.vars] more variables for the Worker
 * @param {boolean} [options.mayRefuse] whether any answer says that it is up: it may have nothing to serve
 * @param {string} [options.main] another Worker than the one in `build/`, by its script
 */
export async function start(options = {}) {
  for (const built of ["build/index.js", "dist/index.html"]) {
    if (!existsSync(join(root, built))) throw new Error(`there is no ${built}; run \`cargo xtask build --dev\` first`);
  }
  const ownState = options.state === undefined;
  const state = options.state ?? (await mkdtemp(join(tmpdir(), "guildhall-test-")));
  const server = new Server({ ...options, state }, ownState);
  try {
    await server.launch();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

class Server {
  #options;
  #ownState;
  #child;
  #output = "";

  constructor(options, ownState) {
    this.#options = options;
    this.#ownState = ownState;
    this.site = options.vars?.PUBLIC_URL;
    this.state = options.state;
  }

  /** Everything that wrangler and the Worker have printed, over restarts too. */
  logs() {
    return this.#output;
  }

  /** Starts the process; somebody else may take a free port before it does, so it tries thrice. */
  async launch() {
    for (let attempt = 1; ; attempt += 1) {
      this.port ??= this.#options.port ?? (await freePort());
      this.url = `http://localhost:${this.port}`;
      this.#spawn();
      try {
        return await this.#ready();
      } catch (error) {
        await this.kill();
        if (attempt === 3 || this.#options.port !== undefined || !/address already in use|EADDRINUSE/i.test(this.#output)) throw error;
        this.port = undefined;
      }
    }
  }

  #spawn() {
    const node = join(root, "node_modules/.bin/node");
    const words = [
      existsSync(node) ? node : process.execPath,
      join(root, "node_modules/wrangler/bin/wrangler.js"),
      ...["dev", ...(this.#options.main ? [this.#options.main] : []), "--local", "--ip", "127.0.0.1", "--port", String(this.port)],
      ...["--inspector-ip", "127.0.0.1", "--inspector-port", "0"],
      ...["--persist-to", this.state, "--show-interactive-dev-session=false"],
      ...Object.entries(this.#options.vars ?? {}).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ];
    // The xtask's child command ends with its parent, even one that was killed.
    const wrapper = process.env.GUILDHALL_XTASK;
    if (wrapper) words.unshift(wrapper, "__child");
    const [program, ...args] = words;
    const child = spawn(program, args, {
      cwd: root,
      detached: true, // a process group of its own
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        GUILDHALL_BUILT: "1",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_SEND_ERROR_REPORTS: "false",
        NO_COLOR: "1",
        FORCE_COLOR: "0",
        ...this.#options.env,
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.unref();
      stream.on("data", (text) => (this.#output += text));
    }
    child.on("error", (error) => (this.#output += String(error)));
    // A server that a test forgets keeps nothing waiting: it ends with the process.
    child.unref();
    this.#child = child;
    running.add(this);
  }

  async #ready() {
    const deadline = Date.now() + START_MS;
    while (Date.now() < deadline) {
      if (this.#hasExited()) break;
      try {
        const answer = await fetch(`${this.url}/v1/health`, { signal: AbortSignal.timeout(5_000) });
        await answer.arrayBuffer();
        // A server that refuses to serve says what to correct, and is there.
        if (answer.status === 200 || this.#options.mayRefuse) return;
      } catch {
        // Not yet.
      }
      await sleep(50);
    }
    throw new Error(`the server did not come up:\n${this.#output.slice(-4_000)}`);
  }

  /** Ends it as Ctrl-C would, and removes its data unless the caller named the folder. */
  async stop() {
    this.endNow("SIGTERM");
    await this.#until(() => this.#hasExited(), STOP_MS);
    await this.kill();
    if (this.#ownState) await rm(this.state, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Ends the whole process group at once, as a power cut would; the data stays. */
  async kill() {
    this.endNow("SIGKILL");
    await this.#until(async () => this.#hasExited() && !(await answers(this.port)), STOP_MS);
    running.delete(this);
  }

  /** Up again, on the same port and the same data, perhaps with other variables. */
  async restart(vars) {
    await this.kill();
    if (vars) this.#options.vars = vars;
    await this.launch();
  }

  async #until(is, patience) {
    const deadline = Date.now() + patience;
    while (Date.now() < deadline && !(await is())) await sleep(20);
  }

  #hasExited() {
    return !this.#child?.pid || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Sends a signal to the whole group. */
  endNow(signal) {
    if (!this.#child?.pid) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // Nobody is left in it.
    }
  }

  /** For the end of the process, when nothing can be awaited any more. */
  dropNow() {
    this.endNow("SIGKILL");
    if (this.#ownState) rmSync(this.state, { recursive: true, force: true, maxRetries: 5 });
  }
}

process.on("exit", () => {
  for (const server of running) server.dropNow();
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => process.exit(1));
}

function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.destroy() && done(true));
    socket.once("error", () => done(false));
  });
}

/** A port that nobody had a moment ago. */
export function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
