// An email that is sent once more: that it was sent stands where it was asked for, and the next one waits a little.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { mails, until } from "../support/http.mjs";
import { fresh, makeTeam, signUp, signUpUnconfirmed, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { enter, heading, settled } from "./walk.mjs";

const SENT = "Email sent.";
/** How long the console waits before it offers another one. */
const PAUSE_MS = 30_000;

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A page whose clock the story turns on. */
async function open(person, path) {
  const opened = await openPage(browser, server);
  await opened.page.clock.install();
  if (person) await enter(opened.page, person, path);
  else await opened.page.goto(path);
  await settled(opened.page);
  return opened;
}

async function arrive(email, count) {
  await until(async () => (await mails(server, email)).length === count, `${email} has not ${count} emails`);
}

test("the line over an unconfirmed account says that the email was sent, then offers another", async () => {
  const person = await signUpUnconfirmed(server, "Eve");
  await arrive(person.email, 1);
  const { page, problems } = await open(person, `/${person.username}/settings/profile`);
  const line = page.getByRole("region", { name: "Your email is not confirmed" });
  await line.getByRole("button", { name: "Resend email" }).click();
  await line.getByText(SENT).waitFor();
  assert.equal(await line.getByRole("button").count(), 0);
  await arrive(person.email, 2);
  await page.clock.runFor(PAUSE_MS);
  await line.getByRole("button", { name: "Resend email" }).waitFor();
  assert.equal(await line.getByText(SENT).count(), 0);
  assert.deepEqual(problems, []);
});

/** A button that stays, says why it may not be pressed, and may be pressed again later. */
async function isSpent(page, button) {
  await page.locator("main").getByText(SENT, { exact: true }).waitFor();
  assert.equal(await button.getAttribute("aria-disabled"), "true");
  const reason = await button.getAttribute("aria-describedby");
  assert.equal(await page.locator(`#${reason}`).textContent(), SENT);
  await page.clock.runFor(PAUSE_MS);
  await page.locator("main").getByText(SENT, { exact: true }).waitFor({ state: "detached" });
  assert.equal(await button.getAttribute("aria-disabled"), null);
}

test("a change of email that waits says that its email was sent, then offers another", async () => {
  const person = await signUp(server, "Kim");
  const email = `${fresh("kim")}@example.test`;
  succeeded(await person.client.post("/v1/account/email", { email }), 202);
  await arrive(email, 1);
  const { page, problems } = await open(person, "/account/settings/profile");
  const button = page.getByRole("button", { name: "Send again" });
  await button.click();
  await isSpent(page, button);
  await arrive(email, 2);
  assert.deepEqual(problems, []);
});

test("a link for a new password says that it was sent, then offers another", async () => {
  const person = await signUp(server, "Lou");
  const { page, problems } = await open(undefined, "/forgot-password");
  await page.getByLabel("Email", { exact: true }).fill(person.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  const button = page.getByRole("button", { name: "Send again" });
  // The first one has only just been sent.
  await isSpent(page, button);
  await button.click();
  await isSpent(page, button);
  assert.deepEqual(problems, []);
});

test("an invitation that is sent again says so in its row, and its menu why it may not go once more", async () => {
  const ana = await signUp(server, "Ana");
  const team = await makeTeam(ana, "Core");
  const email = `${fresh("nina")}@example.test`;
  succeeded(await ana.client.post(`/v1/teams/${team.id}/invitations`, { emails: [email], isAdmin: false }), 201);
  await arrive(email, 1);
  const { page, problems } = await open(ana, `/${team.namespace}/settings/members`);
  const row = page.getByRole("listitem").filter({ hasText: email });
  const menu = row.getByRole("button", { name: /^Actions for/ });
  await menu.click();
  await row.getByRole("menuitem", { name: "Send again" }).click();
  await row.getByText(SENT).waitFor();
  await arrive(email, 2);
  await menu.click();
  const item = row.getByRole("menuitem", { name: "Send again" });
  assert.equal(await item.getAttribute("aria-disabled"), "true");
  assert.match(await item.textContent(), new RegExp(SENT));
  await page.keyboard.press("Escape");
  await page.clock.runFor(PAUSE_MS);
  await row.getByText(SENT).waitFor({ state: "detached" });
  await heading(page, "Members").waitFor();
  assert.deepEqual(problems, []);
});
