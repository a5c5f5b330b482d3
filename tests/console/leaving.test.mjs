// Going away from what is not saved, and what a page says when it cannot go on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client } from "../support/http.mjs";
import { makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { enter, heading, holdSession, settled } from "./walk.mjs";

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

/** From the secrets to the profile, with a change in it. */
async function changed() {
  const opened = await openPage(browser, server);
  const { page } = opened;
  await enter(page, ana, `/${team.namespace}/settings/secrets`);
  await settled(page);
  await page.getByRole("link", { name: "General", exact: true }).click();
  await heading(page, "General").waitFor();
  await page.getByLabel("Location").fill("Somewhere else");
  return opened;
}

const asked = (page) => page.getByRole("dialog", { name: "Leave without saving?" });
const location = (page) => page.getByLabel("Location").inputValue();

test("a link asks before it leaves changes behind", async () => {
  const { page, problems } = await changed();
  await page.getByRole("link", { name: "API keys", exact: true }).click();
  await asked(page).getByRole("button", { name: "Cancel" }).click();
  assert.equal(await location(page), "Somewhere else");
  await page.getByRole("link", { name: "API keys", exact: true }).click();
  await asked(page).getByRole("button", { name: "Leave" }).click();
  await heading(page, "API keys").waitFor();
  assert.deepEqual(problems, []);
});

test("Back asks, stays where one says so, and goes back where one does not", async () => {
  const { page, problems } = await changed();
  await page.evaluate(() => history.back());
  await asked(page).getByRole("button", { name: "Cancel" }).click();
  await page.waitForURL(/\/profile$/);
  assert.equal(await location(page), "Somewhere else");
  await page.evaluate(() => history.back());
  await asked(page).getByRole("button", { name: "Leave" }).click();
  await heading(page, "Secrets").waitFor();
  await page.waitForURL(/\/secrets$/);
  assert.deepEqual(problems, []);
});

test("Forward asks as well", async () => {
  const { page, problems } = await openPage(browser, server);
  await enter(page, ana, `/${team.namespace}/settings/profile`);
  await settled(page);
  await page.getByRole("link", { name: "Secrets", exact: true }).click();
  await heading(page, "Secrets").waitFor();
  await page.evaluate(() => history.back());
  await heading(page, "General").waitFor();
  await page.getByLabel("Location").fill("Somewhere else");
  await page.evaluate(() => history.forward());
  await asked(page).getByRole("button", { name: "Leave" }).click();
  await heading(page, "Secrets").waitFor();
  assert.deepEqual(problems, []);
});

test("saved changes let one go", async () => {
  const { page, problems } = await changed();
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.evaluate(() => history.back());
  await heading(page, "Secrets").waitFor();
  assert.equal(await asked(page).count(), 0);
  assert.deepEqual(problems, []);
});

test("a profile is saved once the console shows it, and what is typed meanwhile stays", async () => {
  const { page, problems } = await changed();
  await page.getByLabel("Name", { exact: true }).fill("Ana and others");
  const { asked: loading, release } = await holdSession(page);
  await page.getByRole("button", { name: "Save profile" }).click();
  await loading;
  assert.equal(await page.getByText("Saved", { exact: true }).count(), 0);
  await page.getByLabel("Location").fill("Yet another place");
  release();
  await page.getByRole("button", { name: /^Workspace: Ana and others/ }).waitFor();
  await page.locator("button[aria-busy=true]").waitFor({ state: "detached" });
  assert.equal(await page.getByText("Saved", { exact: true }).count(), 0);
  assert.equal(await location(page), "Yet another place");
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.getByText("Saved", { exact: true }).waitFor();
  assert.deepEqual(problems, []);
});

test("a panic is told, with an id and a way on", async () => {
  const { page, problems } = await openPage(browser, server, { expected: [/on purpose/, /unreachable/] });
  await page.goto("/gallery");
  // The sentence that the test of what is deployed must not find there.
  await page.getByText("Each component in each state").waitFor();
  await page.getByRole("button", { name: "Panic" }).click();
  const banner = page.locator("#crash");
  await banner.waitFor();
  assert.match(await banner.locator("code").textContent(), /^[0-9a-f]{8}$/);
  await banner.getByRole("link", { name: "Load the page again" }).click();
  await page.getByText("Each component in each state").waitFor();
  assert.ok(await banner.isHidden());
  assert.deepEqual(problems, []);
});

test("a tab that is older than the deployment says so", async () => {
  const { page, problems } = await openPage(browser, server);
  await enter(page, ana, "/teams");
  await settled(page);
  const looked = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.clock.setFixedTime(Date.now() + 6 * 60_000);
  const same = page.waitForResponse((answer) => new URL(answer.url()).pathname === "/");
  await looked();
  await same;
  await page.route((url) => url.pathname === "/", (route) => route.fulfill({ body: '<script type="module" src="/assets/console-0.js"></script>', contentType: "text/html" }));
  await page.clock.setFixedTime(Date.now() + 12 * 60_000);
  assert.equal(await page.getByText("A newer version of this console is available.").count(), 0);
  await looked();
  await page.getByText("A newer version of this console is available.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Load it" }).isVisible());
  assert.deepEqual(problems, []);
});

test("a long table stands on paper whole", async () => {
  const MEMBERS = 300;
  const made = succeeded(await new Client(server).post("/dev/seed", { members: MEMBERS }), 200);
  const client = new Client(server);
  succeeded(await client.post("/v1/auth/sign-in", { email: made.ownerEmail, password: made.ownerPassword }), 200);
  const { page, problems } = await openPage(browser, server);
  await enter(page, { client }, `/${made.team.namespace}/settings/members`);
  await page.locator(`table[aria-rowcount="${MEMBERS + 2}"]`).waitFor();
  const rows = () => page.locator("tbody tr[data-row]").count();
  assert.ok((await rows()) < 100);
  await page.evaluate(() => {
    globalThis.__printed = 0;
    addEventListener("beforeprint", () => queueMicrotask(() => (globalThis.__printed = document.querySelectorAll("tbody tr[data-row]").length)));
  });
  const paper = (await page.pdf({ format: "A4" })).toString("latin1");
  assert.equal(await page.evaluate(() => globalThis.__printed), MEMBERS + 1);
  // Forty pixels a row, and about a thousand a sheet.
  assert.ok(paper.split(/\/Type \/Page\b(?!s)/).length - 1 >= 10);
  await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-row]").length < 100);
  assert.deepEqual(problems, []);
});
