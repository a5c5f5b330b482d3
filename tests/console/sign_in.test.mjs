// The console loads, signs in, shows the account, and signs out, without an error or a report.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { signUp } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { heading, signInByHand } from "./walk.mjs";

let browser, server, ana;

before(async () => {
  browser = await launch();
  server = await start();
  ana = await signUp(server, "Ana", { lastName: "Lovelace" });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a person signs in, sees the account, and signs out", async () => {
  const { page, problems, context } = await openPage(browser, server);
  await page.goto("/account/settings/profile");
  await heading(page, "Sign in").waitFor();
  assert.match(page.url(), /\/sign-in#next=/);

  await signInByHand(page, ana);
  await heading(page, "Profile").waitFor();
  assert.equal(await page.title(), "Profile · Your account · Guildhall");
  await page.getByRole("definition").filter({ hasText: ana.email }).waitFor();
  assert.equal(await page.getByLabel("First name (optional)").inputValue(), "Ana");

  await page.getByRole("button", { name: "Your account", exact: true }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
  await page.goto("/account/settings/profile");
  await heading(page, "Sign in").waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test("a wrong password is refused in words, and what was typed stays", async () => {
  const { page, problems, context } = await openPage(browser, server, { expected: [/401/] });
  await page.goto("/sign-in");
  await signInByHand(page, { email: ana.email, password: "not this one at all" });
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("Email", { exact: true }).inputValue(), ana.email);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a stranger's page says that it is not there, inside and outside", async () => {
  const { page, problems, context } = await openPage(browser, server, { expected: [/404/] });
  await page.goto("/a/b/c/d");
  await heading(page, "Page not found").waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});
