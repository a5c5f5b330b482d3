// Everything by keyboard alone, with the focus where one expects it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { join, makeTeam, signUp } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { enter, focusBecomes, focused, heading, settled } from "./walk.mjs";

let browser, server, ana, bo, team;

before(async () => {
  browser = await launch();
  server = await start();
  [ana, bo] = [await signUp(server, "Ana"), await signUp(server, "Bo")];
  team = await makeTeam(ana);
  await join(ana, team, bo);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Presses Tab until something whose words fit has the focus. */
async function tabTo(page, words) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (words.test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab never reached ${words}; the focus is on ${await focused(page)}`);
}

test("a role is changed without a mouse, and the focus comes back to the row", async () => {
  const { page, problems } = await openPage(browser, server);
  await page.goto("/sign-in");
  await heading(page, "Sign in").waitFor();
  await focusBecomes(page, /^Email/);
  await page.keyboard.type(ana.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(ana.password);
  await page.keyboard.press("Enter");
  await heading(page, "General").waitFor();

  // The palette jumps to any page.
  await page.keyboard.press("Control+k");
  await focusBecomes(page, /^Go to a page or action/);
  await page.keyboard.type("core switch");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/${team.namespace}/settings/profile`);
  await page.keyboard.press("Control+k");
  await focusBecomes(page, /^Go to a page or action/);
  await page.keyboard.type("members");
  await page.keyboard.press("Enter");
  await heading(page, /^Members/).waitFor();
  await settled(page);
  await focusBecomes(page, /^Members/);

  await tabTo(page, /Actions for Bo/);
  await page.keyboard.press("Enter");
  await focusBecomes(page, /^Change role/);
  await page.keyboard.press("ArrowDown");
  await focusBecomes(page, /^Remove from team/);
  await page.keyboard.press("Escape");
  await focusBecomes(page, /^Actions for Bo/);
  await page.keyboard.press("Enter");
  await focusBecomes(page, /^Change role/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Change the role of Bo" }).waitFor();
  await focusBecomes(page, /^Member/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("row", { name: /^Bo/ }).getByText("Admin").waitFor();
  await focusBecomes(page, /^Actions for Bo/);
  await page.getByText("Bo is now an admin", { exact: true }).waitFor({ state: "attached" });
  assert.deepEqual(problems, []);
});

test("Escape closes the top layer only, and what is below stays", async () => {
  const { page, problems } = await openPage(browser, server);
  await enter(page, ana, `/${team.namespace}/settings/secrets`);
  await settled(page);
  await tabTo(page, /^a Add secret/);
  await page.keyboard.press("Enter");
  await focusBecomes(page, /^Name/);
  await page.keyboard.type("TYPED");
  await page.keyboard.press("Control+k");
  assert.equal(await page.getByRole("dialog").count(), 1);
  await page.keyboard.press("Escape");
  const question = page.getByRole("dialog", { name: "Discard what you typed?" });
  await question.waitFor();
  await focusBecomes(page, /^Keep editing/);
  await page.keyboard.press("Escape");
  await question.waitFor({ state: "detached" });
  await focusBecomes(page, /^Name/);
  await page.keyboard.press("Escape");
  await focusBecomes(page, /^Keep editing/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").first().waitFor({ state: "detached" });
  await page.waitForURL(/\/secrets$/);
  await focusBecomes(page, /^Add secret/);
  assert.deepEqual(problems, []);
});

test("the first Tab leads past the navigation", async () => {
  const { page, problems } = await openPage(browser, server);
  await enter(page, ana, `/${team.namespace}/settings/profile`);
  await settled(page);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "a Skip to content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "input Name");
  assert.deepEqual(problems, []);
});
