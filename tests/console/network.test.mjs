// What fails, is slow, ends or goes away: a person keeps what they typed and knows what to do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client } from "../support/http.mjs";
import { makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, heading, settled } from "./walk.mjs";

let browser, server, ana, team;

before(async () => {
  browser = await launch();
  server = await start();
  ana = await signUp(server, "Ana");
  team = await makeTeam(ana);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function secrets(expected = []) {
  const opened = await openPage(browser, server, { expected });
  await enter(opened.page, ana, `/${team.namespace}/settings/secrets`);
  await settled(opened.page);
  return opened;
}

test("a failing server shows the request's id and another try", async () => {
  const { page, problems } = await secrets([/500/]);
  const body = JSON.stringify({ code: "INTERNAL_SERVER_ERROR", message: "The server failed. Try again in a moment." });
  await page.route("**/api-keys?*", (route) =>
    route.fulfill({ status: 500, body, contentType: "application/json", headers: { "x-request-id": "r-77" } }),
  );
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByText("The API keys could not be loaded").waitFor();
  await page.getByText("r-77").waitFor();
  await page.unroute("**/api-keys?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("No API keys yet").waitFor();
  assert.deepEqual(problems, []);
});

test("an answer that is no JSON is a sentence, not a crash", async () => {
  const { page, problems } = await secrets([/502/]);
  await page.route("**/api-keys?*", (route) => route.fulfill({ status: 502, body: "<h1>Bad gateway</h1>" }));
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByText("The server failed. Try again in a moment.").waitFor();
  assert.ok(await page.locator("#crash").isHidden());
  assert.deepEqual(problems, []);
});

test("without a connection what was typed stays, and goes afterwards", async () => {
  const { page, problems, context } = await secrets([/ERR_INTERNET_DISCONNECTED/]);
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByLabel("Name", { exact: true }).fill("WHILE_OFFLINE");
  await page.getByLabel("Value", { exact: true }).fill("kept");
  await context.setOffline(true);
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("dialog").getByText("The server cannot be reached.").waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("rowheader", { name: "WHILE_OFFLINE" }).waitFor();
  assert.equal(await page.getByText("What you typed stays here").count(), 0);
  assert.deepEqual(problems, []);
});

test("what could not be loaded comes by itself once there is a connection again", async () => {
  const { page, problems, context } = await secrets([/ERR_INTERNET_DISCONNECTED/]);
  await context.setOffline(true);
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByText("The API keys could not be loaded").waitFor();
  await context.setOffline(false);
  await page.getByText("No API keys yet").waitFor();
  assert.equal(await page.getByText("The server cannot be reached").count(), 0);
  assert.deepEqual(problems, []);
});

test("what could not be loaded comes by itself with the next call that is answered", async () => {
  const { page, problems } = await openPage(browser, server, { expected: [/ERR_FAILED/] });
  await page.route("**/v1/account/passkeys", (route) => route.abort("failed"));
  await enter(page, ana, "/account/settings/security");
  await page.getByText("Your passkeys could not be loaded").waitFor();
  await settled(page);
  await page.unroute("**/v1/account/passkeys");
  await page.getByRole("link", { name: "Set up" }).click();
  await page.getByRole("dialog", { name: "Set up an authenticator app" }).waitFor();
  await page.getByText("None yet").waitFor();
  assert.equal(await page.getByText("Your passkeys could not be loaded").count(), 0);
  assert.deepEqual(problems, []);
});

test("a part of the console that did not come is asked for again once there is a connection", async () => {
  const { page, problems, context } = await secrets([/ERR_INTERNET_DISCONNECTED|Failed to (load|fetch)/]);
  await context.setOffline(true);
  await page.getByRole("button", { name: "Your account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Account settings" }).click();
  await page.getByText("This page could not be loaded").waitFor();
  await context.setOffline(false);
  await heading(page, "Profile").waitFor();
  assert.deepEqual(problems, []);
});

test("a slow server shows the shape of what comes, and a quick one does not", async () => {
  const { page, problems } = await secrets();
  await page.route("**/api-keys?*", async (route) => {
    await new Promise((done) => setTimeout(done, 900));
    await route.continue();
  });
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByText("Loading").waitFor();
  await page.waitForFunction(() => getComputedStyle(document.querySelector(".skeleton")).opacity === "1");
  await page.getByText("No API keys yet").waitFor();
  assert.deepEqual(problems, []);
});

test("leaving a page ends its requests", async () => {
  const { page, problems } = await secrets();
  await page.evaluate(() => {
    globalThis.ended = [];
    const ask = globalThis.fetch;
    globalThis.fetch = (request, options) => {
      request.signal?.addEventListener("abort", () => globalThis.ended.push(new URL(request.url).pathname));
      return ask(request, options);
    };
  });
  await page.route("**/api-keys?*", async (route) => {
    await new Promise((done) => setTimeout(done, 3000));
    await route.continue().catch(() => {});
  });
  const asked = page.waitForRequest("**/api-keys?*");
  await page.getByRole("link", { name: "API keys" }).click();
  await asked;
  await page.getByRole("link", { name: "General" }).click();
  await page.waitForFunction(() => globalThis.ended.some((path) => path.endsWith("/api-keys")));
  await page.unrouteAll({ behavior: "ignoreErrors" });
  assert.deepEqual(problems, []);
});

test("a session that has ended asks to sign in, and then goes on with what was typed", async () => {
  const { page, problems, context } = await secrets([/401/]);
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByLabel("Name", { exact: true }).fill("TYPED_BEFORE");
  await page.getByLabel("Value", { exact: true }).fill("kept");
  await context.clearCookies();
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("heading", { name: "Sign in again" }).waitFor();
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(ana.password);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("rowheader", { name: "TYPED_BEFORE" }).waitFor();
  assert.deepEqual(problems, []);
});

test("signing out reaches the other tab", async () => {
  const { page, problems, context } = await openPage(browser, server);
  await enter(page, await signUp(server, "Bo"), "/teams");
  await heading(page, "Teams").waitFor();
  const other = await context.newPage();
  await other.goto("/account/settings/profile");
  await heading(other, "Profile").waitFor();
  await page.getByRole("button", { name: "Your account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
  await heading(other, "Sign in").waitFor();
  assert.deepEqual(problems, []);
});

test("after a change, reads ask the primary for a minute, over a reload too", async () => {
  const { page, problems } = await secrets();
  await page.evaluate(() => localStorage.removeItem("changed"));
  const asked = [];
  page.on("request", (request) => {
    if (request.method() === "GET" && request.url().includes("/secrets")) asked.push(request.headers()["cache-control"]);
  });
  await page.reload();
  await settled(page);
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByLabel("Name", { exact: true }).fill("FRESH");
  await page.getByLabel("Value", { exact: true }).fill("x");
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("rowheader", { name: "FRESH" }).waitFor();
  assert.equal(asked.at(-1), "no-cache");
  assert.deepEqual(problems, []);
});

test("a part of the console that does not come is a sentence with another try", async () => {
  const { page, problems } = await secrets([/Failed to load resource|Failed to fetch|ERR_FAILED/]);
  await page.route("**/assets/split_account-*.wasm", (route) => route.abort());
  await page.getByRole("button", { name: "Your account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Account settings" }).click();
  await page.getByText("This page could not be loaded").waitFor();
  await page.unroute("**/assets/split_account-*.wasm");
  await page.getByRole("button", { name: "Try again" }).click();
  await heading(page, "Profile").waitFor();
  assert.deepEqual(problems, []);
});

test("what is sent again after a lost answer is made once, under the same key", async () => {
  const { page, problems } = await secrets([/ERR_FAILED/]);
  const keys = [];
  let lose = true;
  await page.route("**/secrets", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    keys.push(route.request().headers()["idempotency-key"]);
    if (!lose) return route.continue();
    lose = false;
    // The server does it, and the answer is lost on the way.
    await route.fetch();
    await route.abort("failed");
  });
  const add = page.getByRole("dialog").getByRole("button", { name: "Add secret" });
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByLabel("Name", { exact: true }).fill("ONCE");
  await page.getByLabel("Value", { exact: true }).fill("x");
  await add.click();
  await page.getByRole("dialog").getByText("The server cannot be reached.").waitFor();
  await add.click();
  await page.getByRole("rowheader", { name: "ONCE" }).waitFor();
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByLabel("Name", { exact: true }).fill("ANOTHER");
  await page.getByLabel("Value", { exact: true }).fill("x");
  await add.click();
  await page.getByRole("rowheader", { name: "ANOTHER" }).waitFor();
  assert.match(keys[0], /^[0-9a-f]{32}$/);
  assert.equal(keys[1], keys[0]);
  assert.notEqual(keys[2], keys[0]);
  assert.deepEqual(problems, []);
});

test("an API key whose answer was lost is made once, and its value is told to be gone", async () => {
  const { page, problems } = await secrets([/ERR_FAILED/]);
  let lose = true;
  await page.route("**/api-keys", async (route) => {
    if (route.request().method() !== "POST" || !lose) return route.fallback();
    lose = false;
    await route.fetch();
    await route.abort("failed");
  });
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("link", { name: "Create API key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Lost");
  const make = page.getByRole("dialog").getByRole("button", { name: "Create API key" });
  await make.click();
  await page.getByRole("dialog").getByText("The server cannot be reached.").waitFor();
  await make.click();
  await page.getByText("The key was created, but we could not show it to you.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("rowheader", { name: "Lost" }).waitFor();
  assert.equal(await page.getByRole("rowheader", { name: "Lost" }).count(), 1);
  await choose(page, "Actions for Lost", "Revoke");
  await page.getByRole("button", { name: "Revoke key" }).click();
  await page.getByText("No API keys yet").waitFor();
  assert.deepEqual(problems, []);
});

test("a server that does not answer is given up after half a minute, with another try", async () => {
  const { page, problems } = await secrets();
  await page.evaluate(() => {
    const patient = AbortSignal.timeout.bind(AbortSignal);
    globalThis.waits = [];
    AbortSignal.timeout = (millis) => {
      globalThis.waits.push(millis);
      return patient(millis / 100);
    };
  });
  await page.route("**/api-keys?*", () => {});
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByText("The server has not answered for half a minute.").waitFor();
  assert.deepEqual(await page.evaluate(() => [...new Set(globalThis.waits)]), [30_000]);
  await page.unroute("**/api-keys?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("No API keys yet").waitFor();
  assert.deepEqual(problems, []);
});

// The last one, because it moves the server's clock.
test("what needs a recent sign-in asks for the password and goes on", async () => {
  const { page, problems } = await secrets([/40[01]/]);
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("link", { name: "Create API key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("After a while");
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("heading", { name: "Enter your password" }).waitFor();
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("not my password");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.locator(".refusal, .notice.danger").first().waitFor();
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(ana.password);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("heading", { name: "Copy your API key" }).waitFor();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("rowheader", { name: "After a while" }).waitFor();
  assert.deepEqual(problems, []);
});
