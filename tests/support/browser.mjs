// Chromium for the tests of the console, with everything that it complains about.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { within } from "./within.mjs";

// How long the API may take for what a page asked.
const PATIENCE_MS = 30_000;

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const ARGS = [
  "--no-sandbox", // tests may run as root, on pages of our own only
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Chromium itself: one for each test file. `close()` it at the end. */
export function launch() {
  return chromium.launch({ executablePath: program(), args: ARGS });
}

function program() {
  const named = process.env.GUILDHALL_CHROMIUM;
  if (named) return named;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file));
  if (!found) throw new Error("there is no Chromium; `cargo xtask tools` brings it");
  return found;
}

/** What each profile has asked the API and has no answer to yet. */
const underWay = new WeakMap();

/** Requests from their start to their end. Playwright's own promise of it never settles for a request that is left after its answer came. */
class Requests {
  #open = new Map();

  began(request) {
    if (new URL(request.url()).pathname.startsWith("/v1/")) this.#open.set(request, Promise.withResolvers());
  }

  ended(request) {
    this.#open.get(request)?.resolve();
    this.#open.delete(request);
  }

  /** A page that is closed tells no end of what it asked. */
  leftBy(page) {
    for (const request of [...this.#open.keys()].filter((request) => request.frame().page() === page)) this.ended(request);
  }

  async allEnded() {
    while (this.#open.size > 0) await Promise.all([...this.#open.values()].map(({ promise }) => promise));
  }

  urls() {
    return [...this.#open.keys()].map((request) => request.url()).join(", ");
  }
}

/** Waits until the API has answered all that a page of `openPage` asked so far. */
export function answered(page) {
  const requests = underWay.get(page.context());
  return within(PATIENCE_MS, requests.allEnded(), () => `no answer from ${requests.urls()}`);
}

/**
 * A fresh profile with one page on the server's console.
 *
 * `problems` gathers what must not happen in any of its pages: console errors, exceptions, reports of the content
 * security policy, files that do not load. An API's refusal is also a line in Chromium's
 * console; `expected` are patterns of such lines, `[/401/]`.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {{url: string}} server
 * @param {{expected?: RegExp[]} & import("playwright-core").BrowserContextOptions} [options]
 */
export async function openPage(browser, server, { expected = [], ...options } = {}) {
  const context = await browser.newContext({ baseURL: server.url, ...options });
  const problems = [];
  const note = (text) => {
    if (!expected.some((pattern) => pattern.test(text))) problems.push(text);
  };
  await context.exposeFunction("__reportPolicy", (text) => note(`content security policy: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.__reportPolicy(`${event.violatedDirective} refused ${event.blockedURI || event.sample}`);
    });
  });
  context.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (failed) => note(`exception: ${failed.error().message}`));
  const requests = new Requests();
  underWay.set(context, requests);
  context.on("request", (request) => requests.began(request));
  context.on("requestfinished", (request) => requests.ended(request));
  context.on("page", (page) => page.on("close", () => requests.leftBy(page)));
  context.on("requestfailed", (request) => {
    requests.ended(request);
    const why = request.failure()?.errorText ?? "";
    // A page that is left ends its own requests.
    if (why !== "net::ERR_ABORTED") note(`request: ${request.url()} ${why}`);
  });
  return { context, page: await context.newPage(), problems };
}
