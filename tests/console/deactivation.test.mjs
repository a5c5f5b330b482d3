// Leaving for good: what blocks, what goes, the username typed, the way back, and what others see of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, mailedLink } from "../support/http.mjs";
import { join, makeKey, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { axeFinds, enter, focusBecomes, heading, settled, signInByHand } from "./walk.mjs";

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const dialog = (page) => page.getByRole("dialog", { name: "Deactivate your account?" });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Types the username into the question, and means it. */
async function mean(page, username) {
  await page.getByRole("link", { name: "Deactivate account" }).click();
  await dialog(page).getByRole("textbox").fill(username);
  await dialog(page).getByRole("button", { name: "Deactivate account" }).click();
}

test("one sees what blocks and what goes, leaves, and comes back by the mailed link", async () => {
  const ana = await signUp(server, "Ana");
  const bo = await signUp(server, "Bo");
  const core = await makeTeam(ana, "Core");
  const solo = await makeTeam(ana, "Solo");
  await join(ana, core, bo);
  const key = await makeKey(ana, solo);
  const { page, problems } = await openPage(browser, server, { expected: [/40[0139]/] });
  await enter(page, ana, "/account/settings/profile");
  await settled(page);
  await page.getByRole("link", { name: "Review and deactivate" }).click();
  await heading(page, "Deactivate your account").waitFor();
  await settled(page);

  // Bo is in the way, and the way out is a link.
  const blockers = page.getByRole("region", { name: "Before you can deactivate" });
  await blockers.getByText("1 other person").waitFor();
  assert.equal(await blockers.getByRole("link", { name: "Core" }).getAttribute("href"), `/${core.namespace}/settings/members`);
  await page.getByRole("button", { name: "Deactivate account" }).and(page.locator("[aria-disabled=true]")).waitFor();
  succeeded(await ana.client.delete(`/v1/teams/${core.id}/users/${bo.session.user.id}`), 204);
  await press(page, "Refresh");
  await blockers.waitFor({ state: "detached" });
  const atOnce = page.getByRole("region", { name: "Ends at once" });
  await atOnce.getByText("This one", { exact: true }).waitFor();
  await atOnce.getByText("1", { exact: true }).waitFor();
  const later = page.getByRole("region", { name: "Deleted after 14 days" });
  for (const text of [`${ana.username} (your private workspace)`, "Core", "Solo"]) await later.getByText(text, { exact: true }).waitFor();
  assert.deepEqual(await axeFinds(page), []);

  // Taken back, mistyped, and then meant.
  await page.getByRole("link", { name: "Deactivate account" }).click();
  await focusBecomes(page, /^Cancel/);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  await mean(page, "somebody-else");
  await dialog(page).getByText(`Type ${ana.username} to confirm.`).waitFor();
  await focusBecomes(page, /^Type /);
  await dialog(page).getByRole("textbox").fill(ana.username);
  await dialog(page).getByRole("button", { name: "Deactivate account" }).click();
  await heading(page, "Your account is deactivated").waitFor();
  assert.equal((await ana.client.get("/v1/auth/session")).body, null);
  assert.equal((await key.client.get(`/v1/teams/${solo.id}`)).status, 401);
  assert.deepEqual(await axeFinds(page), []);

  // Signing in says the way back, and the mail has it.
  await page.goto("/sign-in");
  await signInByHand(page, ana);
  await page.getByRole("alert").getByText(/This account is deactivated, and erased on/).waitFor();
  const link = await mailedLink(server, ana.email, "/come-back");
  await page.goto(link);
  await heading(page, "Restore account").waitFor();
  await press(page, "Restore account");
  await heading(page, "Welcome back").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInByHand(page, ana);
  await heading(page, "General").waitFor();
  await page.goto(`/${solo.namespace}/settings/profile`);
  await heading(page, "General").waitFor();

  await page.goto(link);
  await press(page, "Restore account");
  await page.getByRole("alert").getByText(/This link was used/).waitFor();
  assert.deepEqual(problems, []);
});

test("one proves who one is where the sign-in is old, and goes on", async () => {
  const cyd = await signUp(server, "Cyd");
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  const { page, problems } = await openPage(browser, server, { expected: [/401/] });
  await enter(page, cyd, "/account/settings/profile/deactivate");
  await settled(page);
  await mean(page, cyd.username);
  const proof = page.getByRole("dialog", { name: "Enter your password" });
  await proof.getByRole("textbox", { name: "Password" }).fill(cyd.password);
  await proof.getByRole("button", { name: "Go on" }).click();
  await heading(page, "Your account is deactivated").waitFor();
  assert.deepEqual(problems, []);
});

test("a team shows who of its members has left", async () => {
  const dora = await signUp(server, "Dora");
  const eve = await signUp(server, "Eve");
  const team = await makeTeam(dora);
  await join(dora, team, eve);
  succeeded(await eve.client.post("/v1/account/deactivation", { username: eve.username }), 202);
  const { page, problems } = await openPage(browser, server);
  await enter(page, dora, `/${team.namespace}/settings/members`);
  await settled(page);
  await page.getByRole("row", { name: /Eve/ }).getByText("Deactivated").waitFor();
  assert.deepEqual(problems, []);
});
