// The password, the sessions and the security log of a person, in several browsers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client } from "../support/http.mjs";
import { addPasskey, Authenticator } from "../support/passkey.mjs";
import { makeKey, makeTeam, signIn, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, focusBecomes, heading, settled, signInByHand } from "./walk.mjs";

const SECURITY = "/account/settings/security";
const SESSIONS = "/account/settings/sessions";

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

/** Somebody who signs in by hand in one more browser. */
async function elsewhere(person, path, expected = [/401/]) {
  const opened = await openPage(browser, server, { expected });
  await opened.page.goto(path);
  await signInByHand(opened.page, person);
  await settled(opened.page);
  return opened;
}

const button = (page, name) => page.getByRole("button", { name, exact: true });
const password = (page) => page.getByRole("textbox", { name: "New password" });

test("a password is changed by keyboard alone, which ends the session elsewhere", async () => {
  const ana = await signUp(server, "Ana");
  const { page, problems } = await open(ana, "/teams");
  const other = await elsewhere(ana, "/teams");
  await heading(other.page, "Teams").waitFor();

  await page.keyboard.press("Control+k");
  await focusBecomes(page, /^Go to a page or action/);
  await page.keyboard.type("change your password");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Change password" }).waitFor();
  await focusBecomes(page, /^New password/);
  await page.keyboard.type(`${ana.username}-${ana.username}`);
  await page.keyboard.press("Enter");
  await page.locator(".refusal").getByText("Don't use your name, username or email").waitFor();
  await focusBecomes(page, /^New password/);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("seven lamps on a pier");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForURL(`**${SECURITY}`);
  await page.getByText("Your password is changed. All your other sessions have ended.").waitFor({ state: "attached" });
  await page.getByText("Changed just now").waitFor();
  await page.getByRole("rowheader", { name: "Changed the password" }).waitFor();

  // What is under way elsewhere asks who it is, and takes the new password only.
  await other.page.getByRole("link", { name: "Sessions" }).click();
  const again = other.page.getByRole("dialog", { name: "Sign in again" });
  await again.waitFor();
  await again.getByRole("textbox", { name: "Password", exact: true }).fill(ana.password);
  await again.getByRole("button", { name: "Go on" }).click();
  await again.getByRole("alert").waitFor();
  await again.getByRole("textbox", { name: "Password", exact: true }).fill("seven lamps on a pier");
  await again.getByRole("button", { name: "Go on" }).click();
  await other.page.getByText("This session").waitFor();
  assert.deepEqual([...problems, ...other.problems], []);
});

test("the meter says what the server would, and how far a password carries", async () => {
  const { page, problems } = await openPage(browser, server);
  await page.goto("/sign-up");
  await page.getByLabel("Username").fill("lovelace");
  const field = page.getByRole("textbox", { name: "Password", exact: true });
  const meter = page.getByRole("meter", { name: "Strength of the password" });
  const reads = async (text, now, words) => {
    await field.fill(text);
    await page.getByText(words).first().waitFor();
    assert.deepEqual([await meter.getAttribute("aria-valuenow"), await meter.getAttribute("aria-valuemax")], [now, "4"]);
  };
  assert.equal(await meter.getAttribute("aria-valuetext"), "Nothing typed");
  await reads("short", "1", "Too weak. Use at least 12 characters. A few random words work well.");
  await reads("lovelace2024", "1", "Don't use your name, username or email in your password.");
  await reads("tk4-mule-pond", "2", "Fair. Add another word to make it much stronger.");
  await reads("tk4-mule-pond-gravel", "3", "Good. Add another word to make it strong.");
  await reads("tk4-mule-pond-gravel-ladder", "4", "Strong.");
  // It is said once, when the typing stops.
  await page.locator(".field [aria-live]").getByText("Strong.").waitFor({ state: "attached" });

  // A refusal stands until something else is typed.
  await field.fill("short");
  await button(page, "Create account").click();
  await page.locator(".refusal").getByText(/^Use at least 12 characters/).waitFor();
  await field.fill("tk4-mule-pond");
  await page.locator(".refusal").getByText(/^Use at least 12 characters/).waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("a session elsewhere is ended, and that browser is signed out", async () => {
  const bo = await signUp(server, "Bo");
  const { page, problems } = await open(bo, SESSIONS);
  await page.getByText("No other sessions.").waitFor();
  const [two, three] = [await elsewhere(bo, "/teams"), await elsewhere(bo, "/teams")];
  await signIn(server, bo);
  await page.reload();
  await settled(page);
  const rows = page.getByRole("table", { name: "Sessions" }).getByRole("rowheader");
  assert.equal(await rows.count(), 4);
  assert.match(await rows.first().innerText(), /This session/);

  // One, which the menu of its row leads to.
  const before = await page.locator("tbody tr").evaluateAll((rows) => rows.map((row) => row.dataset.row));
  const mine = (await two.page.evaluate(async () => (await fetch("/v1/account/sessions")).json())).find((one) => one.isCurrent);
  const row = page.locator(`tbody tr[data-row="${mine.id}"]`);
  await row.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "End session" }).click();
  await page.getByRole("dialog", { name: "End this session?" }).waitFor();
  await focusBecomes(page, /^Cancel/);
  await button(page, "End session").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await row.waitFor({ state: "detached" });
  assert.equal(await rows.count(), before.length - 1);
  // The next row has the focus now.
  await focusBecomes(page, /^Actions for/);
  await two.page.reload();
  await heading(two.page, "Sign in").waitFor();

  // The others, all at once.
  await three.page.reload();
  await heading(three.page, "Teams").waitFor();
  await page.getByRole("link", { name: "Sign out everywhere else" }).click();
  await page.getByRole("dialog", { name: "Sign out everywhere else?" }).waitFor();
  await button(page, "Sign out everywhere else").last().click();
  await page.getByText("No other sessions.").waitFor();
  assert.equal(await rows.count(), 1);
  await three.page.reload();
  await heading(three.page, "Sign in").waitFor();
  await page.reload();
  await settled(page);
  assert.equal(await rows.count(), 1);

  // This one is signed out.
  await choose(page, await page.getByRole("button", { name: /^Actions for/ }).getAttribute("aria-label"), "Sign out");
  await heading(page, "Sign in").waitFor();
  assert.deepEqual([...problems, ...two.problems, ...three.problems], []);
});

test("the security log tells what happened, and older lines on demand", async () => {
  const cyd = await signUp(server, "Cyd");
  const team = await makeTeam(cyd);
  await makeKey(cyd, team, "Nightly build");
  const wrong = { email: cyd.email, password: "not this one at all" };
  succeeded(await cyd.client.stranger().post("/v1/auth/sign-in", wrong), 401);
  const { page, problems } = await open(cyd, SECURITY);
  const row = (name) => page.getByRole("row", { name });
  await row(/^Made an API key Nightly build/).waitFor();
  await row(/^Signed up/).waitFor();
  const warning = row(/Wrong password/);
  await warning.getByText("Warning").waitFor();
  assert.equal(await warning.getByRole("rowheader").locator("svg").count(), 1);
  assert.equal(await row(/^Signed up/).getByText("Warning").count(), 0);
  assert.match(await row(/^Signed up/).innerText(), /127\.0\.0\.1|::1/);

  // The same from the same place is one line with a count; from elsewhere it is one of its own.
  for (let times = 0; times < 3; times += 1) succeeded(await cyd.client.stranger().post("/v1/auth/sign-in", wrong), 401);
  for (let at = 0; at < 20; at += 1) {
    const elsewhere = new Client(server, { ...cyd.client.stranger().headers, "cf-connecting-ip": `198.51.100.${at}` });
    succeeded(await elsewhere.post("/v1/auth/sign-in", { email: cyd.email, password: cyd.password }), 200);
  }
  await page.reload();
  await settled(page);
  assert.equal(await row(/^Signed up/).count(), 0);
  await button(page, "Show older").click();
  await row(/^Signed up/).waitFor();
  await button(page, "Show older").waitFor({ state: "detached" });
  assert.match(await row(/Wrong password/).innerText(), /4 times/);
  assert.deepEqual(problems, []);
});

test("a call that left with the cookie of before goes again, and asks nobody", async () => {
  const dora = await signUp(server, "Dora");
  const { page, problems } = await open(dora, SECURITY, [/401/]);
  const asked = [];
  await page.route("**/v1/account/sessions", (route) => {
    asked.push(route.request().method());
    if (asked.length > 1) return route.continue();
    const body = JSON.stringify({ code: "UNAUTHORIZED", message: "Sign in." });
    return route.fulfill({ status: 401, contentType: "application/json", body });
  });
  await page.getByRole("navigation", { name: "Your account" }).getByRole("link", { name: "Sessions" }).click();
  await page.getByText("This session").waitFor();
  assert.deepEqual(asked, ["GET", "GET"]);
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.deepEqual(problems, []);
});

test("the address of a passkey's name opens with the name in its field", async () => {
  const kim = await signUp(server, "Kim");
  const { id } = await addPasskey(kim, new Authenticator(server), "Phone");
  const { page, problems } = await open(kim, `${SECURITY}/passkeys/${id}/name`);
  const name = page.getByRole("dialog").getByRole("textbox", { name: "Name" });
  await name.waitFor();
  assert.equal(await name.inputValue(), "Phone");
  await focusBecomes(page, /^Name/);
  await name.fill("Old phone");
  await button(page, "Rename").click();
  await page.getByRole("row", { name: /^Old phone/ }).waitFor();
  assert.deepEqual(problems, []);
});

// The last one, because it moves the server's clock.
test("a change of the password asks for the old one after a while, and goes on", async () => {
  const eve = await signUp(server, "Eve");
  const { page, problems } = await open(eve, SECURITY, [/40[01]/]);
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  await page.getByRole("link", { name: "Change password" }).click();
  await password(page).fill("seven lamps on a pier");
  await button(page, "Change password").click();
  const proof = page.getByRole("dialog", { name: "Enter your password" });
  await proof.getByRole("textbox", { name: "Password", exact: true }).fill("not this one at all");
  await proof.getByRole("button", { name: "Go on" }).click();
  await proof.locator(".refusal").getByText("This is not your password.").waitFor();
  await proof.getByRole("textbox", { name: "Password", exact: true }).fill(eve.password);
  await proof.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("dialog", { name: "Change password" }).waitFor({ state: "detached" });
  await page.getByText("Set when you signed up").waitFor({ state: "detached" });
  await page.getByRole("row", { name: /^Changed the password/ }).waitFor();
  const taken = { email: eve.email, password: "seven lamps on a pier" };
  succeeded(await new Client(server).post("/v1/auth/sign-in", taken), 200);
  assert.deepEqual(problems, []);
});
