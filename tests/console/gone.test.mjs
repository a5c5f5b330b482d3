// Somebody is taken out of a team, or made a member, while their console is open.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { join, makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, heading, settled } from "./walk.mjs";

const LOST = "You no longer have access to this team";

let browser, server, ana;

before(async () => {
  browser = await launch();
  server = await start();
  ana = await signUp(server, "Ana");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** An admin of a team, with a page of it open. */
async function admin(name, page) {
  const person = await signUp(server, name);
  const team = await makeTeam(ana, "Core");
  await join(ana, team, person, true);
  const opened = await openPage(browser, server, { expected: [/40[34]/] });
  await enter(opened.page, person, `/${team.namespace}/settings/${page}`);
  await settled(opened.page);
  const member = `/v1/teams/${team.id}/users/${person.session.user.id}`;
  return { ...opened, team, person, member };
}

/** One sentence, ways out, and nothing that could be done here. */
async function isLost(page) {
  await heading(page, LOST).waitFor();
  await settled(page);
  assert.equal(await page.locator("main .empty, main .notice, main [role=alert]").count(), 0);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.deepEqual(await page.locator("main a, main button").allTextContents(), ["See your teams", "Go to your workspace"]);
  assert.equal(await page.getByRole("navigation", { name: "Team" }).count(), 0);
}

const PAGES = ["General", "Members", "API keys", "Secrets", "Audit log"];

test("each page of a team that one was taken out of says so once, and leads on", async () => {
  const { page, context, problems, team, member } = await admin("Bo", "profile");
  const tabs = [page];
  for (let more = 1; more < PAGES.length; more += 1) {
    const tab = await context.newPage();
    await tab.goto(`/${team.namespace}/settings/profile`);
    await heading(tab, "General").waitFor();
    await settled(tab);
    tabs.push(tab);
  }
  // The first one looks at another page and comes back.
  await page.getByRole("link", { name: "Secrets" }).click();
  await heading(page, "Secrets").waitFor();
  await settled(page);
  succeeded(await ana.client.delete(member), 204);
  for (const [at, name] of PAGES.entries()) {
    await tabs[at].getByRole("navigation", { name: "Team" }).getByRole("link", { name }).click();
    await isLost(tabs[at]);
  }
  await page.getByRole("link", { name: "See your teams" }).click();
  await heading(page, "Teams").waitFor();
  assert.deepEqual(problems, []);
});

test("what is sent to a team that one was taken out of says so too", async () => {
  const { page, problems, member } = await admin("Cleo", "secrets");
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByLabel("Name", { exact: true }).fill("TYPED");
  await page.getByLabel("Value", { exact: true }).fill("x");
  succeeded(await ana.client.delete(member), 204);
  await page.getByRole("button", { name: "Add secret" }).last().click();
  await isLost(page);
  assert.deepEqual(problems, []);
});

test("an admin who is demoted while a page is open sees actions with their reason", async () => {
  const { page, problems, member } = await admin("Dora", "members");
  await page.getByRole("link", { name: "Invite people" }).click();
  await page.getByLabel("Email addresses").fill("nina@example.test");
  succeeded(await ana.client.put(member, { isAdmin: false }), 200);
  await page.getByRole("button", { name: "Send invitations" }).click();
  await page.getByRole("dialog").getByText(/Only admins/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Discard" }).click();
  const invite = page.getByRole("button", { name: "Invite people" });
  await invite.waitFor();
  assert.equal(await invite.getAttribute("aria-disabled"), "true");
  await page.locator("main").getByText(/Only admins invite people/).waitFor();
  assert.deepEqual(problems, []);
});

/** What stands at a button that may not be pressed any more. */
async function isRefused(button) {
  await button.and(button.page().locator("[aria-disabled=true]")).waitFor();
  assert.equal(await button.evaluate((one) => one.tagName), "BUTTON");
}

test("the profile of a team is read, not edited, by an admin who is demoted", async () => {
  const { page, problems, member } = await admin("Fay", "profile");
  await page.getByLabel("Location").fill("Oslo");
  succeeded(await ana.client.put(member, { isAdmin: false }), 200);
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.locator("main").getByText(/^Only admins .*profile/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Save profile" }).count(), 0);
  assert.deepEqual(problems, []);
});

test("secrets are closed to an admin who is demoted: the form, the button and each row's menu", async () => {
  const { page, problems, team, member } = await admin("Gil", "members");
  succeeded(await ana.client.post(`/v1/teams/${team.id}/secrets`, { name: "TOKEN", value: "x" }), 201);
  await page.getByRole("link", { name: "Secrets" }).click();
  await page.getByRole("link", { name: "Add secret" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("TYPED");
  await dialog.getByLabel("Value", { exact: true }).fill("x");
  succeeded(await ana.client.put(member, { isAdmin: false }), 200);
  await dialog.getByRole("button", { name: "Add secret" }).click();
  await isRefused(dialog.getByRole("button", { name: "Add secret" }));
  // Said once.
  await dialog.getByText(/^Only admins/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Discard" }).click();
  await isRefused(page.locator("main").getByRole("button", { name: "Add secret" }));
  await page.getByRole("button", { name: "Actions for TOKEN" }).click();
  for (const item of ["Set a new value", "Delete"]) await isRefused(page.getByRole("menuitem", { name: item }));
  assert.deepEqual(problems, []);
});

test("other people's API keys and the audit log are closed to an admin who is demoted", async () => {
  const { page, problems, team, member } = await admin("Hal", "members");
  await makeKey(ana, team, "Nightly");
  await page.getByRole("link", { name: "API keys" }).click();
  await page.getByRole("link", { name: "Team keys" }).click();
  await choose(page, "Actions for Nightly", "Revoke");
  succeeded(await ana.client.put(member, { isAdmin: false }), 200);
  await page.getByRole("dialog").getByRole("button", { name: "Revoke key" }).click();
  await page.locator("main").getByText(/^Only admins .*API keys/).waitFor();
  assert.equal(await page.getByRole("table").count(), 0);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.locator("main").getByText(/^Only admins .*audit log/).waitFor();
  assert.equal(await page.getByRole("table").count(), 0);
  assert.deepEqual(problems, []);
});

test("a team that another admin renamed is found under its new name", async () => {
  const { page, problems, team } = await admin("Eli", "members");
  const namespace = `${team.namespace}-new`;
  succeeded(await ana.client.patch(`/v1/teams/${team.id}`, { namespace }), 200);
  await page.evaluate(() => sessionStorage.clear());
  // What makes the console look again.
  await page.route("**/secrets?*", (route) => route.fulfill({ status: 404, contentType: "application/json", body: '{"code":"NOT_FOUND","message":"Gone."}' }));
  await page.getByRole("link", { name: "Secrets" }).click();
  await page.waitForURL(`**/${namespace}/settings/secrets`);
  assert.deepEqual(problems, []);
});
