// The main story, as two people in two browsers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { lastMail, tokenIn } from "../support/http.mjs";
import { fresh, signUp } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, heading } from "./walk.mjs";

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("Ana makes a team, Bo joins it, and they share keys and secrets", async () => {
  const ana = { username: fresh("ana"), password: "seven lamps on a pier" };
  ana.email = `${ana.username}@example.test`;
  const one = await openPage(browser, server);
  const page = one.page;

  // Ana signs up and confirms her email.
  await page.goto("/");
  await page.getByRole("link", { name: "Create an account" }).click();
  await heading(page, "Create an account").waitFor();
  await page.getByLabel("Email", { exact: true }).fill(ana.email);
  await page.getByLabel("Username").fill(ana.username);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(ana.password);
  await page.getByLabel("First name (optional)").fill("Ana");
  await page.getByRole("button", { name: "Create account" }).click();
  await heading(page, "General").waitFor();
  await page.getByRole("region", { name: "Your email is not confirmed" }).waitFor();
  const token = tokenIn(await lastMail(server, ana.email));
  await page.goto(`/confirm-email#token=${token}`);
  await page.getByRole("button", { name: "Confirm this email" }).click();
  await heading(page, "Email confirmed").waitFor();

  // She makes a team.
  const namespace = fresh("core");
  await page.goto("/teams");
  await page.getByRole("link", { name: "Create a team" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Core");
  await page.getByLabel("Namespace").fill(namespace);
  await page.getByRole("button", { name: "Create team" }).click();
  await page.waitForURL(`**/${namespace}/settings/members`);
  await page.getByRole("rowheader", { name: "Ana" }).waitFor();

  // She invites Bo, who accepts from the mail.
  const bo = await signUp(server, "Bo");
  await page.getByRole("link", { name: "Invite people" }).click();
  await page.getByLabel("Email addresses").fill(bo.email);
  await page.getByRole("button", { name: "Send invitations" }).click();
  await page.getByText(bo.email, { exact: true }).waitFor();
  const invitation = tokenIn(await lastMail(server, bo.email, (mail) => /invit/i.test(mail.subject + mail.text)));
  const two = await openPage(browser, server);
  await enter(two.page, bo, `/invitations/accept#token=${invitation}`);
  await two.page.getByRole("button", { name: "Accept invitation" }).click();
  await two.page.waitForURL(`**/${namespace}/settings/profile`);
  await heading(two.page, "General").waitFor();

  // A member may not invite, and reads why.
  await two.page.getByRole("link", { name: "Members" }).click();
  await two.page.getByText("Only admins invite people.").waitFor();

  // Ana makes him an admin.
  await page.reload();
  await choose(page, "Actions for Bo", "Change role");
  await page.getByRole("radio", { name: "Admin" }).check();
  await page.getByRole("button", { name: "Change role" }).click();
  await page.getByRole("row", { name: /^Bo/ }).getByText("Admin").waitFor();

  // Bo adds a secret, sets it anew, and makes a key.
  await two.page.goto(`/${namespace}/settings/secrets`);
  await two.page.getByRole("link", { name: "Add secret" }).click();
  await two.page.getByLabel("Name", { exact: true }).fill("API_TOKEN");
  await two.page.getByLabel("Value", { exact: true }).fill("one\ntwo");
  await two.page.getByRole("button", { name: "Add secret" }).click();
  await two.page.getByRole("rowheader", { name: "API_TOKEN" }).waitFor();
  await choose(two.page, "Actions for API_TOKEN", "Set a new value");
  await two.page.getByLabel("New value").fill("three");
  await two.page.getByRole("button", { name: "Set value" }).click();
  await two.page.getByRole("dialog").waitFor({ state: "detached" });
  await two.page.getByRole("link", { name: "API keys" }).click();
  await two.page.getByRole("link", { name: "Create API key" }).click();
  await two.page.getByLabel("Name", { exact: true }).fill("Nightly build");
  await two.page.getByRole("button", { name: "Create API key" }).click();
  await two.page.getByRole("heading", { name: "Copy your API key" }).waitFor();
  const key = await two.page.getByRole("group", { name: "API key" }).locator("code").innerText();
  const answer = await bo.client.bearer(key).get(`/v1/teams/${namespace}/secrets`);
  assert.deepEqual(answer.body?.map(({ name }) => name), ["API_TOKEN"]);
  await two.page.getByRole("button", { name: "Done" }).click();
  await two.page.getByRole("rowheader", { name: "Nightly build" }).waitFor();

  // Ana sees it among the team's keys, revokes it, and reads all of it in the audit log.
  await page.goto(`/${namespace}/settings/api-keys?of=team`);
  await choose(page, "Actions for Nightly build", "Revoke");
  await page.getByRole("button", { name: "Revoke key" }).click();
  await page.getByText("No API keys yet").waitFor();
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByRole("rowheader").first().waitFor();
  const actions = await page.getByRole("rowheader").allInnerTexts();
  assert.ok(actions.some((action) => action.includes("secret")), actions.join(", "));

  // A line opens at an address of its own and says all of it.
  await page.getByRole("link", { name: "member.join" }).or(page.getByRole("link", { name: "secret.create" })).first().click();
  const line = page.getByRole("dialog", { name: /^Event \d+$/ });
  await line.getByText("Previous hash").waitFor();
  assert.match(new URL(page.url()).pathname, /\/audit\/\d+$/);
  await page.reload();
  await line.getByRole("button", { name: "Copy hash", exact: true }).waitFor();
  assert.match(await line.locator("dd code").last().innerText(), /^[0-9a-f]{64}$/);
  await page.keyboard.press("Escape");
  await page.waitForURL(/\/audit$/);

  // She renames the team; Bo's old address ends, the new one works.
  const renamed = fresh("hall");
  await page.getByRole("link", { name: "General" }).click();
  await page.getByLabel("Namespace").fill(renamed);
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.waitForURL(`**/${renamed}/settings/profile`);
  await two.page.goto(`/${namespace}/settings/members`);
  await heading(two.page, "Workspace not found").waitFor();

  // Bo leaves, and Ana's roster shows it.
  await two.page.goto(`/${renamed}/settings/profile`);
  await two.page.getByRole("link", { name: "Leave team" }).click();
  await two.page.getByRole("button", { name: "Leave team" }).click();
  await heading(two.page, "Teams").waitFor();
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByRole("rowheader", { name: "Ana" }).waitFor();
  assert.equal(await page.getByRole("rowheader", { name: "Bo" }).count(), 0);

  assert.deepEqual([...one.problems, ...two.problems], []);
});
