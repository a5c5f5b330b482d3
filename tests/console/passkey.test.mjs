// Passkeys in the browser, with Chromium's own virtual authenticator: adding, signing in by button, by autofill
// and after a password, proving oneself, names, removal, a copy, and an account without a password.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, lastMail, tokenIn } from "../support/http.mjs";
import { virtualAuthenticator } from "../support/passkey.mjs";
import { signIn, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { axeFinds, choose, enter, focusBecomes, heading, settled, signInByHand } from "./walk.mjs";

const SECURITY = "/account/settings/security";

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const button = (page, name) => page.getByRole("button", { name, exact: true });
const dialog = (page, name) => page.getByRole("dialog", { name });
const row = (page, name) => page.getByRole("table", { name: "Passkeys" }).getByRole("row", { name });

/** From now on the sign-in page offers passkeys to whoever types. */
const offer = (page) => page.evaluate(() => sessionStorage.setItem("offers", "yes"));

/**
 * Somebody in a browser with an authenticator, on the page of their account's security. Chromium's authenticator
 * chooses by itself what the sign-in page offers, and is in before one has looked, so nothing is offered at first.
 */
async function open(name, expected = []) {
  const person = await signUp(server, name);
  const opened = await openPage(browser, server, { expected });
  await opened.context.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => sessionStorage.getItem("offers") === "yes";
  });
  const authenticator = await virtualAuthenticator(opened.page);
  await enter(opened.page, person, SECURITY);
  await settled(opened.page);
  return { ...opened, person, authenticator };
}

/** Adds a passkey by hand. With the first one come recovery codes. */
async function add(page, name, first = false) {
  await page.getByRole("link", { name: "Add passkey" }).click();
  const adding = dialog(page, "Add passkey");
  await adding.getByLabel("Name", { exact: true }).fill(name);
  await button(adding, "Add passkey").click();
  if (first) {
    const keep = dialog(page, "Keep your recovery codes");
    await keep.getByRole("listitem").nth(9).waitFor();
    await button(keep, "Done").click();
  }
  await row(page, new RegExp(name)).waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Ends the session of this browser, as the menu does. */
async function signOut(page) {
  await page.getByRole("button", { name: /^Your account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
}

test("a passkey is added by keyboard, and signs in by the button on the sign-in page", async () => {
  const { page, person, authenticator, problems } = await open("Ana");
  await page.keyboard.press("Control+k");
  await focusBecomes(page, /^Go to a page or action/);
  await page.keyboard.type("passkey");
  await page.keyboard.press("Enter");
  const adding = dialog(page, "Add passkey");
  await focusBecomes(page, /^Name/);
  assert.equal(await adding.getByLabel("Name", { exact: true }).inputValue(), "Chrome on Linux");
  assert.deepEqual(await axeFinds(page), []);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Work laptop");
  await page.keyboard.press("Enter");
  const keep = dialog(page, "Keep your recovery codes");
  await keep.waitFor();
  assert.equal(await keep.getByRole("listitem").count(), 10);
  await button(keep, "Done").click();
  await row(page, /^Work laptop/).getByText("Not yet").waitFor();
  await page.getByText("10 of 10 left").waitFor();
  await page.getByRole("row", { name: /^Added a passkey Work laptop/ }).waitFor();
  const [credential] = await authenticator.credentials();
  assert.equal(credential.rpId, "localhost");
  await lastMail(server, person.email, (mail) => mail.subject === "A passkey was added");
  assert.deepEqual(await axeFinds(page), []);

  await signOut(page);
  await page.goto(`/sign-in#next=${encodeURIComponent(SECURITY)}`);
  await heading(page, "Sign in").waitFor();
  assert.deepEqual(await axeFinds(page), []);
  await button(page, "Sign in with a passkey").press("Enter");
  await heading(page, "Security").waitFor();
  await row(page, /^Work laptop/).getByText("just now").first().waitFor();
  await page.getByRole("row", { name: /^Signed in passkey/ }).first().waitFor();
  assert.equal(await page.evaluate(() => document.cookie), "");
  assert.deepEqual(problems, []);
});

test("the browser offers the passkey while one types the email, and a chosen one signs in", async () => {
  const { page, problems } = await open("Bo");
  await add(page, "Phone", true);
  await signOut(page);
  await offer(page);
  await page.goto(`/sign-in#next=${encodeURIComponent(SECURITY)}`);
  // Only what stands behind the # has changed.
  await page.reload();
  await heading(page, "Security").waitFor();
  await row(page, /^Phone/).waitFor();
  assert.deepEqual(problems, []);
});

test("after a password the passkey is asked for, and another way is a line away", async () => {
  const { page, person, problems } = await open("Cyd");
  await add(page, "Key", true);
  await signOut(page);
  await page.goto("/account/settings/sessions");
  await signInByHand(page, person);
  await heading(page, "Use your passkey").waitFor();
  await focusBecomes(page, /^Sign in$/);
  assert.deepEqual(await axeFinds(page), []);
  await button(page, "Use a recovery code instead").click();
  await heading(page, "Enter a recovery code").waitFor();
  await button(page, "Use a passkey instead").click();
  await focusBecomes(page, /^Sign in$/);
  await page.keyboard.press("Enter");
  await heading(page, "Sessions").waitFor();
  await page.getByText("This session").waitFor();
  assert.deepEqual(problems, []);
});

test("what the browser refuses is said in words, and can be tried again", async () => {
  const { page, authenticator, problems } = await open("Dora");
  await add(page, "Key", true);
  // The same device again.
  await page.getByRole("link", { name: "Add passkey" }).click();
  await button(dialog(page, "Add passkey"), "Add passkey").click();
  await dialog(page, "Add passkey").getByRole("alert").getByText("This device has a passkey for your account already.").waitFor();
  await button(page, "Cancel").click();
  await signOut(page);
  await authenticator.verifies(false);
  await button(page, "Sign in with a passkey").click();
  await page.getByRole("alert").getByText(/^No passkey was used: it was cancelled/).waitFor();
  assert.deepEqual(await axeFinds(page), []);
  await authenticator.verifies(true);
  await button(page, "Sign in with a passkey").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  assert.deepEqual(problems, []);
});

test("a passkey is renamed and removed", async () => {
  const { page, person, problems } = await open("Eve", [/401/]);
  await add(page, "Old name", true);
  await choose(page, "Actions for Old name", "Rename");
  await focusBecomes(page, /^Name/);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("New name");
  await page.keyboard.press("Enter");
  await row(page, /^New name/).waitFor();
  await choose(page, "Actions for New name", "Remove");
  await dialog(page, "Remove New name?").waitFor();
  await focusBecomes(page, /^Cancel/);
  await button(page, "Remove passkey").click();
  // Whoever has added it just now has proved it.
  await page.getByText("None yet").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Recovery codes" }).count(), 0);
  const body = { email: person.email, password: person.password };
  succeeded(await new Client(server).post("/v1/auth/sign-in", body), 200);
  assert.deepEqual(problems, []);
});

test("a copy of a passkey is refused, warned of and mailed", async () => {
  const { page, person, authenticator, problems } = await open("Finn", [/401/]);
  const client = await signIn(server, person);
  await add(page, "Key", true);
  await signOut(page);
  await button(page, "Sign in with a passkey").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await signOut(page);
  const [credential] = await authenticator.credentials();
  await authenticator.take(credential.credentialId);
  await authenticator.put({ ...credential, signCount: 0 });
  await button(page, "Sign in with a passkey").click();
  await page.getByRole("alert").getByText(/^There may be a copy of this passkey/).waitFor();
  await lastMail(server, person.email, (mail) => mail.subject === "There may be a copy of a passkey");
  const [passkey] = succeeded(await client.get("/v1/account/passkeys"), 200);
  assert.equal(passkey.isSuspect, true);
  await enter(page, { ...person, client }, SECURITY);
  await page.getByText("There may be a copy of “Key”, so it no longer signs you in. Remove it and add it again.").waitFor();
  await row(page, /^Warning Key/).waitFor();
  await page.getByRole("row", { name: /^Warning A passkey was refused/ }).waitFor();
  assert.deepEqual(await axeFinds(page), []);
  assert.deepEqual(problems, []);
});

test("an account without a password signs in, proves itself and gets one again", async () => {
  const { page, person, authenticator, problems } = await open("Gus", [/40[19]/]);
  await add(page, "Key", true);
  await page.getByRole("link", { name: "Remove password" }).click();
  await dialog(page, "Remove your password?").waitFor();
  assert.deepEqual(await axeFinds(page), []);
  await button(page, "Remove password").click();
  await page.getByText("Your account has none: you sign in with a passkey.").waitFor();
  await choose(page, "Actions for Key", "Remove");
  await button(page, "Remove passkey").click();
  await page.getByText("This is the only way into your account. Set a password first.").waitFor();
  await button(page, "Cancel").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const body = { email: person.email, password: person.password };
  succeeded(await new Client(server).post("/v1/auth/sign-in", body), 401);

  // Its session ends elsewhere: the passkey alone brings it back.
  succeeded(await person.client.delete("/v1/account/sessions"), 204);
  succeeded(await person.client.post("/v1/auth/sign-out"), 204);
  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  const again = dialog(page, "Sign in again");
  await again.waitFor();
  assert.equal(await again.getByLabel("Password").count(), 0);
  await button(again, "Go on").click();
  await page.getByText("This session").waitFor();

  await page.goto(SECURITY);
  await page.getByRole("link", { name: "Set a password" }).click();
  await dialog(page, "Set a password").getByRole("textbox", { name: "New password" }).fill("seven lamps on a pier");
  await button(page, "Set password").click();
  await page.getByRole("link", { name: "Change password" }).waitFor();
  // One that was forgotten is reset by mail, which takes the passkey that was added of late.
  await signOut(page);
  succeeded(await new Client(server).post("/v1/auth/password-reset", { email: person.email }), 202);
  const token = tokenIn(await lastMail(server, person.email, (mail) => mail.subject === "Choose a new password"));
  const password = "eight lamps on a pier";
  const taken = succeeded(await new Client(server).put("/v1/auth/password-reset", { token, password }), 200);
  assert.ok(taken.removed.some((item) => item.kind === "passkey"));
  await page.goto("/sign-in");
  await signInByHand(page, { ...person, password });
  await heading(page, "General").waitFor();
  assert.deepEqual(problems, []);
});

test("an offer that was refused is made again only once the person does something, and not at once", async () => {
  const { page, problems } = await open("Ida", [/401/]);
  await add(page, "Phone", true);
  await signOut(page);
  let sent = 0;
  await page.route("**/v1/auth/passkey", (route) => {
    sent += 1;
    return route.fulfill({ status: 401, contentType: "application/json", body: JSON.stringify({ code: "UNAUTHORIZED", message: "Not this one." }) });
  });
  await offer(page);
  await page.goto("/sign-in");
  // Chromium's authenticator answers an offer by itself.
  await page.getByRole("alert").getByText("Not this one.").waitFor();
  // The wait is of seconds by the browser's clock, which stands still until it is moved.
  const now = Date.now();
  await page.clock.setFixedTime(now);
  const rounds = async () => {
    for (let times = 0; times < 30; times += 1) await page.evaluate(() => fetch("/v1/health").then((answer) => answer.text()));
  };
  await rounds();
  assert.equal(sent, 1);
  await page.getByLabel("Email", { exact: true }).press("a");
  await rounds();
  assert.equal(sent, 1);
  // A while later, by the browser's clock, what the person does brings it back once.
  await page.clock.setFixedTime(now + 60_000);
  await rounds();
  assert.equal(sent, 1);
  const again = page.waitForRequest("**/v1/auth/passkey");
  await page.getByLabel("Email", { exact: true }).press("b");
  await again;
  await page.getByLabel("Email", { exact: true }).press("c");
  await rounds();
  assert.equal(sent, 2);
  assert.deepEqual(problems, []);
});

test("the browser is told which passkeys are there, what the account is called, and which one nobody has", async () => {
  const told = [];
  const { page, context, person, authenticator, problems } = await open("Jo", [/401/]);
  await context.exposeFunction("__told", (name, words) => told.push([name, words]));
  await context.addInitScript(() => {
    for (const name of ["signalAllAcceptedCredentials", "signalCurrentUserDetails", "signalUnknownCredential"]) {
      PublicKeyCredential[name] = async (words) => globalThis.__told(name, words);
    }
  });
  const until = async (fits) => {
    while (!told.some(fits)) await page.evaluate(() => new Promise(requestAnimationFrame));
    return told.find(fits)[1];
  };
  await page.reload();
  await add(page, "Phone", true);
  const [credential] = await authenticator.credentials();
  const id = credential.credentialId.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const accepted = await until(([name, words]) => name === "signalAllAcceptedCredentials" && words.allAcceptedCredentialIds.includes(id));
  assert.equal(accepted.rpId, "localhost");

  await page.getByRole("link", { name: "Profile", exact: true }).click();
  await page.getByLabel("Last name (optional)").fill("March");
  await button(page, "Save name").click();
  const details = await until(([name, words]) => name === "signalCurrentUserDetails" && words.displayName === "Jo March");
  assert.deepEqual([details.rpId, details.userId, details.name], ["localhost", accepted.userId, person.email]);

  await page.goto(SECURITY);
  await row(page, /^Phone/).waitFor();
  told.length = 0;
  await choose(page, "Actions for Phone", "Remove");
  await button(page, "Remove passkey").click();
  await page.getByText("None yet").waitFor();
  const left = await until(([name, words]) => name === "signalAllAcceptedCredentials" && words.allAcceptedCredentialIds.length === 0);
  assert.equal(left.userId, accepted.userId);

  // The authenticator still has it.
  await signOut(page);
  await button(page, "Sign in with a passkey").click();
  await page.getByRole("alert").getByText(/^This passkey is not known here/).waitFor();
  const unknown = await until(([name]) => name === "signalUnknownCredential");
  assert.deepEqual(unknown, { rpId: "localhost", credentialId: id });
  assert.deepEqual(problems, []);
});

// The last one, because it moves the server's clock.
test("a passkey proves who one is in place of the password", async () => {
  const { page, authenticator, problems } = await open("Hal", [/40[01]/]);
  await add(page, "Key", true);
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  await page.getByRole("link", { name: "Change password" }).click();
  await page.getByRole("textbox", { name: "New password" }).fill("seven lamps on a pier");
  await button(page, "Change password").click();
  const proof = dialog(page, "Enter your password");
  await proof.waitFor();
  await button(proof, "Use a passkey instead").click();
  const by = dialog(page, "Use your passkey");
  await focusBecomes(page, /^Go on/);
  await authenticator.verifies(false);
  await page.keyboard.press("Enter");
  await by.getByRole("alert").getByText(/^No passkey was used/).waitFor();
  await authenticator.verifies(true);
  await button(by, "Go on").click();
  await dialog(page, "Change password").waitFor({ state: "detached" });
  await page.getByRole("row", { name: /^Changed the password/ }).waitFor();
  await page.getByRole("row", { name: /^Entered a second factor again passkey/ }).waitFor();
  assert.deepEqual(problems, []);
});
