// Second factors in the browser: setting the authenticator app up, signing in by it, recovery codes, proving
// oneself, turning it off. By keyboard, mostly.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, lastMail } from "../support/http.mjs";
import { join, makeTeam, signIn, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { App, turnOn } from "../support/totp.mjs";
import { axeFinds, enter, focusBecomes, heading, settled, signInByHand } from "./walk.mjs";

const SECURITY = "/account/settings/security";
const MINUTES = 60_000;

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Somebody in a browser, on a page. */
async function open(person, path, expected = []) {
  const opened = await openPage(browser, server, { expected });
  await enter(opened.page, person, path);
  await settled(opened.page);
  return opened;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name });
/** Types into what has the focus, and sends. */
async function type(page, text) {
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}
const halves = (code) => `${code.slice(0, 3)} ${code.slice(3)}`;

test("an app is set up by keyboard, and the recovery codes are kept before the dialog closes", async () => {
  const ana = await signUp(server, "Ana");
  const { page, context, problems } = await open(ana, SECURITY, [/40[01]/]);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const urls = [];
  page.on("request", (request) => urls.push(request.url()));
  await page.evaluate(() => (globalThis.print = () => (globalThis.printed = (globalThis.printed ?? 0) + 1)));

  await page.keyboard.press("Control+k");
  await focusBecomes(page, /^Go to a page or action/);
  await page.keyboard.type("authenticator");
  await page.keyboard.press("Enter");
  const setUp = dialog(page, "Set up an authenticator app");
  await setUp.waitFor();
  await focusBecomes(page, /^Code that the app shows/);
  await setUp.getByRole("img", { name: /^QR code/ }).waitFor();
  const field = setUp.getByLabel("Code that the app shows");
  assert.deepEqual([await field.getAttribute("inputmode"), await field.getAttribute("autocomplete")], ["numeric", "one-time-code"]);
  const key = await setUp.getByRole("group", { name: "Key" }).innerText();
  assert.match(key, /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  const app = new App(key);
  // What the code holds is drawn, and asked for nowhere.
  assert.ok(!urls.some((url) => url.includes(key.slice(0, 4)) || url.includes("otpauth")), urls.join("\n"));
  assert.equal(await page.locator("img, image, object").count(), 0);
  await button(setUp, "Copy the key").click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key.replaceAll(" ", ""));

  await field.focus();
  await type(page, "12345");
  await setUp.locator(".refusal").getByText("A code of the authenticator app has six digits.").waitFor();
  await focusBecomes(page, /^Code that the app shows/);
  await type(page, app.wrong());
  await setUp.locator(".refusal").getByText(/clock of your device/).waitFor();
  await focusBecomes(page, /^Code that the app shows/);
  await type(page, halves(await app.code()));

  const keep = dialog(page, "Keep your recovery codes");
  await keep.waitFor();
  const codes = await keep.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  assert.deepEqual(await axeFinds(page), []);

  // Neither Escape nor the cross nor Back takes them away unseen.
  await page.keyboard.press("Escape");
  await keep.getByText("Save the codes first").waitFor();
  await button(keep, "Close").click();
  await keep.waitFor();
  await page.goBack();
  const leave = dialog(page, "Leave without saving?");
  await leave.getByText("Your recovery codes are not shown again.").waitFor();
  await button(leave, "Cancel").click();
  await leave.waitFor({ state: "detached" });

  await button(keep, "Copy the recovery codes").click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), codes.join("\n"));
  const [download] = await Promise.all([page.waitForEvent("download"), keep.getByRole("link", { name: "Download" }).click()]);
  assert.equal(download.suggestedFilename(), "guildhall-recovery-codes.txt");
  const file = await readFile(await download.path(), "utf8");
  assert.ok(file.includes(codes.join("\n")) && file.includes(ana.email), file);
  await button(keep, "Print").click();
  assert.equal(await page.evaluate(() => globalThis.printed), 1);
  await page.emulateMedia({ media: "print" });
  await page.getByText(`Account: ${ana.email}`).waitFor();
  assert.equal(await page.getByText(codes[9]).isVisible(), true);
  for (const hidden of [heading(page, "Security"), button(keep, "Print"), page.locator(".notice")]) {
    assert.equal(await hidden.isVisible(), false);
  }
  await page.emulateMedia({ media: "screen" });

  await button(keep, "Done").click();
  await keep.waitFor({ state: "detached" });
  await page.waitForURL(`**${SECURITY}`);
  await page.getByText("Turned on just now").waitFor();
  await page.getByText("10 of 10 left").waitFor();
  await page.getByRole("rowheader", { name: "Turned the authenticator app on" }).waitFor();
  await lastMail(server, ana.email, (mail) => mail.subject === "Your authenticator app is on");
  assert.deepEqual(problems, []);
});

test("signing in asks for a code, Back returns, and one lands on the page first asked for", async () => {
  const bo = await signUp(server, "Bo");
  const { app } = await turnOn(bo);
  const { page, problems } = await openPage(browser, server, { expected: [/401/] });
  await page.goto("/account/settings/sessions");
  await heading(page, "Sign in").waitFor();
  await signInByHand(page, bo);
  await heading(page, "Enter a code").waitFor();
  await focusBecomes(page, /^Authenticator code/);
  assert.deepEqual(await axeFinds(page), []);
  assert.match(page.url(), /\/sign-in\?step=code#next=[^&#]+$/);

  await page.goBack();
  await heading(page, "Sign in").waitFor();
  assert.equal(await page.getByLabel("Email", { exact: true }).inputValue(), bo.email);
  await page.goForward();
  await heading(page, "Enter a code").waitFor();
  await button(page, "Back to email and password").click();
  await heading(page, "Sign in").waitFor();
  await signInByHand(page, bo);
  await focusBecomes(page, /^Authenticator code/);
  await type(page, app.wrong());
  await page.locator(".refusal").getByText(/clock of your device/).waitFor();
  await focusBecomes(page, /^Authenticator code/);
  await type(page, halves(await app.code()));
  await heading(page, "Sessions").waitFor();
  await page.getByText("This session").waitFor();
  assert.equal(await page.evaluate(() => document.cookie), "");
  assert.deepEqual(problems, []);
});

test("loaded anew, the second step begins with the first one", async () => {
  const cyd = await signUp(server, "Cyd");
  const { app } = await turnOn(cyd);
  const { page, problems } = await openPage(browser, server);
  await page.goto("/sign-in");
  await signInByHand(page, cyd);
  await heading(page, "Enter a code").waitFor();
  await page.reload();
  await heading(page, "Sign in").waitFor();
  await signInByHand(page, cyd);
  await focusBecomes(page, /^Authenticator code/);
  await type(page, await app.code());
  await page.waitForURL(`**/${cyd.username}/**`);
  assert.deepEqual(problems, []);
});

test("a recovery code signs in however it is typed, and few of them are warned of", async () => {
  const dora = await signUp(server, "Dora");
  const { codes } = await turnOn(dora);
  for (const code of codes.slice(0, 6)) await signInBy(dora, "recovery", code);
  const { page, problems } = await openPage(browser, server, { expected: [/401/] });
  await page.goto(`/sign-in#next=${encodeURIComponent(SECURITY)}`);
  await signInByHand(page, dora);
  await heading(page, "Enter a code").waitFor();
  await button(page, "Use a recovery code instead").click();
  await heading(page, "Enter a recovery code").waitFor();
  await focusBecomes(page, /^Recovery code/);
  await type(page, codes[0]);
  await page.locator(".refusal").getByText("This recovery code is wrong or was used.").waitFor();
  await type(page, codes[6].toUpperCase().replace("-", " "));
  await page.getByText("3 of 10 left").waitFor();
  await page.getByText("Few recovery codes left.").waitFor();
  await page.getByRole("row", { name: /^Warning Used a recovery code/ }).first().waitFor();

  await page.getByRole("link", { name: "Generate new codes" }).click();
  await dialog(page, "Generate new recovery codes?").waitFor();
  await focusBecomes(page, /^Cancel/);
  await button(page, "Generate new codes").click();
  const keep = dialog(page, "Keep your recovery codes");
  await keep.getByRole("listitem").nth(9).waitFor();
  const fresh = await keep.getByRole("listitem").allInnerTexts();
  assert.ok(fresh.length === 10 && !fresh.some((code) => codes.includes(code)));
  await button(keep, "Done").click();
  await page.getByText("10 of 10 left").waitFor();
  assert.equal(await page.getByText("Few recovery codes left.").count(), 0);
  const asked = await challenge(dora);
  succeeded(await answer(asked, "recovery", codes[9]), 401);
  succeeded(await answer(asked, "recovery", fresh[0]), 200);
  assert.deepEqual(problems, []);
});

const challenge = async (person) =>
  succeeded(await new Client(server).post("/v1/auth/sign-in", { email: person.email, password: person.password }), 202).challengeId;
const answer = (challengeId, method, code, client = new Client(server)) =>
  client.post("/v1/auth/sign-in/challenge", { challengeId, method, code });

async function signInBy(person, method, code) {
  const client = new Client(server);
  succeeded(await answer(await challenge(person), method, code, client), 200);
  return client;
}

test("a sign-in that took too long leads back, and says so", async () => {
  const eve = await signUp(server, "Eve");
  const { app } = await turnOn(eve);
  const { page, problems } = await openPage(browser, server, { expected: [/401/] });
  await page.goto("/sign-in");
  await signInByHand(page, eve);
  await heading(page, "Enter a code").waitFor();
  // She ends all other sessions elsewhere, and with them what waits.
  succeeded(await eve.client.delete("/v1/account/sessions"), 204);
  const code = await app.code();
  await type(page, code);
  await heading(page, "Sign in").waitFor();
  await page.getByRole("alert").getByText("This sign-in was used or took too long. Sign in again.").waitFor();
  await button(page, "Sign in").click();
  await focusBecomes(page, /^Authenticator code/);
  // It was not looked at.
  await type(page, code);
  await page.waitForURL(`**/${eve.username}/**`);
  assert.deepEqual(problems, []);
});

test("a session that ended asks for both, and what was being done goes on", async () => {
  const finn = await signUp(server, "Finn");
  const { app, codes } = await turnOn(finn);
  const { page, problems } = await open(finn, "/teams", [/401/]);
  const other = await signInBy(finn, "recovery", codes[0]);
  succeeded(await other.delete("/v1/account/sessions"), 204);
  await page.getByRole("link", { name: "Sessions" }).click();
  const again = dialog(page, "Sign in again");
  await again.waitFor();
  await again.getByRole("textbox", { name: "Password", exact: true }).fill(finn.password);
  await page.keyboard.press("Enter");
  const second = dialog(page, "Enter a code");
  await second.waitFor();
  await focusBecomes(page, /^Authenticator code/);
  await type(page, app.wrong());
  await second.locator(".refusal").getByText(/clock of your device/).waitFor();
  await type(page, await app.code());
  await page.getByText("This session").waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.deepEqual(problems, []);
});

test("the app is turned off by a code, and the password alone will do again", async () => {
  const gus = await signUp(server, "Gus");
  const { app, codes } = await turnOn(gus);
  const { page, problems } = await open(gus, SECURITY, [/400/]);
  await page.getByRole("link", { name: "Turn off" }).click();
  const off = dialog(page, "Turn off the authenticator app?");
  await focusBecomes(page, /^Authenticator code/);
  await type(page, app.wrong());
  await off.locator(".refusal").getByText(/clock of your device/).waitFor();
  await button(off, "Use a recovery code instead").click();
  await focusBecomes(page, /^Recovery code/);
  await type(page, codes[3]);
  await off.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Set up" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "Recovery codes" }).count(), 0);
  await page.getByRole("row", { name: /^Warning Turned the authenticator app off/ }).waitFor();
  await signIn(server, gus);
  assert.deepEqual(problems, []);
});

test("admins see who has a second factor, and members do not", async () => {
  const [hal, ida] = [await signUp(server, "Hal"), await signUp(server, "Ida")];
  const team = await makeTeam(hal);
  await join(hal, team, ida);
  await turnOn(ida);
  const members = `/${team.namespace}/settings/members`;
  const seen = await open(hal, members);
  const row = (page, name) => page.getByRole("row", { name });
  await seen.page.getByRole("columnheader", { name: "Second factor" }).waitFor();
  await row(seen.page, /^ID Ida|^Ida/).getByText("On", { exact: true }).waitFor();
  await row(seen.page, /Hal/).getByText("Off", { exact: true }).waitFor();
  const hidden = await open(ida, members);
  await row(hidden.page, /Hal/).waitFor();
  assert.equal(await hidden.page.getByRole("columnheader", { name: "Second factor" }).count(), 0);
  assert.deepEqual([...seen.problems, ...hidden.problems], []);
});

// The last one, because it moves the server's clock.
test("a code proves who one is in place of the password, and alone where codes are made", async () => {
  const jo = await signUp(server, "Jo");
  const { app } = await turnOn(jo);
  const { page, problems } = await open(jo, SECURITY, [/40[01]/]);
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  app.now = () => Date.now() + 16 * MINUTES;
  await page.getByRole("link", { name: "Change password" }).click();
  await page.getByRole("textbox", { name: "New password" }).fill("seven lamps on a pier");
  await button(page, "Change password").click();
  const proof = dialog(page, "Enter your password");
  await proof.waitFor();
  await button(proof, "Use your authenticator app instead").click();
  const byCode = dialog(page, "Enter a code");
  await byCode.waitFor();
  await focusBecomes(page, /^Authenticator code/);
  await type(page, app.wrong());
  await byCode.locator(".refusal").getByText(/clock of your device/).waitFor();
  await type(page, await app.code());
  await dialog(page, "Change password").waitFor({ state: "detached" });
  await page.getByRole("row", { name: /^Changed the password/ }).waitFor();
  await page.getByRole("row", { name: /^Entered a second factor again/ }).waitFor();

  // The password alone makes no recovery codes, with which one could turn the app off.
  succeeded(await new Client(server).post("/dev/clock", { ahead: 32 * 60 }), 200);
  app.now = () => Date.now() + 32 * MINUTES;
  const proved = { password: "seven lamps on a pier" };
  await page.evaluate(async (body) => {
    const headers = { "content-type": "application/json" };
    await fetch("/v1/auth/reauthenticate", { method: "POST", headers, body: JSON.stringify(body) });
  }, proved);
  await page.getByRole("link", { name: "Generate new codes" }).click();
  await button(page, "Generate new codes").click();
  const only = dialog(page, "Enter a code");
  await only.waitFor();
  assert.equal(await button(only, "Use your password instead").count(), 0);
  await type(page, await app.code());
  await dialog(page, "Keep your recovery codes").getByRole("listitem").nth(9).waitFor();
  await button(page, "Done").click();
  await page.getByRole("row", { name: /^Made new recovery codes/ }).waitFor();
  assert.deepEqual(problems, []);
});
