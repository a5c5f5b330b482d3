// The ways back in: a forgotten password, a lock and its mail, links that are over or incomplete.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, mailedLink, mails } from "../support/http.mjs";
import { fresh, signUp, sshKey, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { focusBecomes, heading, signInByHand } from "./walk.mjs";

const NEW_PASSWORD = "seven lamps on a pier";

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
const password = (page) => page.getByRole("textbox", { name: "New password" });

async function askForLink(page, email) {
  await heading(page, "Reset your password").waitFor();
  await page.getByLabel("Email", { exact: true }).fill(email);
  await press(page, "Send the link");
}

test("a forgotten password is reset from the mailbox, once", async () => {
  const ana = await signUp(server, "Ana");
  const { page, problems } = await openPage(browser, server, { expected: [/40[01]/] });
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await askForLink(page, "nonsense");
  await page.getByText("Enter an email address such as ana@example.com.").waitFor();
  await focusBecomes(page, /^Email/);
  await askForLink(page, ana.email);
  await heading(page, "Check your email").waitFor();
  await page.getByText(ana.email, { exact: true }).waitFor();

  const link = await mailedLink(server, ana.email, "/reset-password");
  await page.goto(link);
  await heading(page, "Choose a new password").waitFor();
  await password(page).fill("password1234");
  await press(page, "Set password");
  await page.locator(".refusal").getByText("This password is too common.").waitFor();
  // Made of the own name, which only the server knows here.
  await password(page).fill(`${ana.username}-${ana.username}`);
  await press(page, "Set password");
  await page.locator(".refusal").getByText("Don't use your name, username or email").waitFor();
  await focusBecomes(page, /^New password/);
  await password(page).fill(NEW_PASSWORD);
  await press(page, "Set password");
  await heading(page, "Sign in").waitFor();
  await page.getByText("Your password is changed. Sign in with the new one.").waitFor();
  await signInByHand(page, { email: ana.email, password: NEW_PASSWORD });
  await heading(page, "General").waitFor();
  assert.equal((await ana.client.get("/v1/auth/session")).body, null);

  await page.goto(link);
  await password(page).fill("seven other lamps on a pier");
  await press(page, "Set password");
  await page.getByRole("alert").waitFor();
  await page.getByRole("link", { name: "Ask for a new link" }).click();
  await heading(page, "Reset your password").waitFor();
  assert.deepEqual(problems, []);
});

test("the mail about a key that one did not add takes the account back", async () => {
  const tess = await signUp(server, "Tess");
  const key = sshKey("thief@laptop");
  succeeded(await tess.client.post("/v1/account/ssh-keys", { name: "Thief's laptop", publicKey: key }), 201);
  const { page, problems } = await openPage(browser, server, { expected: [/400/] });
  const link = await mailedLink(server, tess.email, "/take-back");
  await page.goto(link);
  await heading(page, "Take your account back").waitFor();
  await password(page).fill(NEW_PASSWORD);
  await press(page, "Take back account");
  await heading(page, "Your account is yours again").waitFor();
  await page.getByRole("region", { name: "Removed" }).getByText("Thief's laptop").waitFor();
  assert.equal((await tess.client.get("/v1/auth/session")).body, null);
  // The way to look through comes after signing in.
  await page.getByRole("link", { name: "SSH keys" }).click();
  await heading(page, "Sign in").waitFor();
  await signInByHand(page, { email: tess.email, password: NEW_PASSWORD });
  await heading(page, "SSH keys").waitFor();
  await page.getByText("Thief's laptop").waitFor({ state: "detached" });

  const other = await openPage(browser, server, { expected: [/400/] });
  await other.page.goto(link);
  await password(other.page).fill("seven other lamps on a pier");
  await press(other.page, "Take back account");
  await other.page.getByText("These links work once, for 7 days.").waitFor();
  assert.deepEqual([...problems, ...other.problems], []);
});

test("an address that nobody has reads the same, and gets no mail", async () => {
  const { page, problems } = await openPage(browser, server);
  const nobody = `${fresh("nobody")}@example.test`;
  await page.goto("/forgot-password");
  await askForLink(page, nobody);
  await heading(page, "Check your email").waitFor();
  // Once a later mail is there, an earlier one would be too.
  const cyd = await signUp(server, "Cyd");
  succeeded(await new Client(server).post("/v1/auth/password-reset", { email: cyd.email }), 202);
  await mailedLink(server, cyd.email, "/reset-password");
  assert.deepEqual(await mails(server, nobody), []);
  await press(page, "try another address");
  await heading(page, "Reset your password").waitFor();
  assert.deepEqual(problems, []);
});

test("five resets lock, a known browser still signs in, and the mail unlocks", async () => {
  const bo = await signUp(server, "Bo");
  const known = await openPage(browser, server);
  await known.page.goto("/teams");
  await signInByHand(known.page, bo);
  await heading(known.page, "Teams").waitFor();

  const stranger = new Client(server);
  for (let times = 0; times < 5; times += 1) {
    succeeded(await stranger.post("/v1/auth/password-reset", { email: bo.email }), 202);
  }
  const link = await mailedLink(server, bo.email, "/unlock");

  // Elsewhere the right password reads as a wrong one, with the way out.
  const other = await openPage(browser, server, { expected: [/40[01]/] });
  await other.page.goto("/teams");
  await signInByHand(other.page, bo);
  const refusal = other.page.getByRole("alert");
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /locked/i);

  // Whoever was here before comes back in.
  await known.page.getByRole("button", { name: "Your account", exact: true }).click();
  await known.page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(known.page, "Sign in").waitFor();
  await signInByHand(known.page, bo);
  await heading(known.page, "General").waitFor();

  await other.page.goto(link);
  await heading(other.page, "Unlock your account").waitFor();
  await press(other.page, "Unlock");
  await heading(other.page, "Unlocked").waitFor();
  await other.page.getByRole("link", { name: "Sign in" }).click();
  await signInByHand(other.page, bo);
  await heading(other.page, "General").waitFor();

  await other.page.goto("/account/settings/security");
  await other.page.getByRole("row", { name: /Locked after several attempts/ }).getByText("Warning").waitFor();
  await other.page.getByRole("row", { name: /^Unlocked by a mailed link/ }).waitFor();

  // The link is over now.
  await other.page.goto("/sign-in");
  await other.page.goto(link);
  await press(other.page, "Unlock");
  await other.page.getByRole("alert").waitFor();
  assert.deepEqual([...known.problems, ...other.problems], []);
});

test("a link without its end says so on every page that mail leads to", async () => {
  const { page, problems } = await openPage(browser, server);
  for (const path of ["/confirm-email", "/reset-password", "/unlock", "/email-undo", "/take-back", "/invitations/accept"]) {
    await page.goto(path);
    await page.getByText("This link is incomplete.").waitFor();
  }
  assert.deepEqual(problems, []);
});

test("a link that is cut short is refused in one sentence, without the field's name", async () => {
  const { page, problems } = await openPage(browser, server, { expected: [/400/] });
  await page.goto("/unlock#token=abc");
  await press(page, "Unlock");
  const sentences = page.getByRole("alert").locator("p:not(.reference)");
  await sentences.first().waitFor();
  assert.deepEqual(await sentences.allTextContents(), ["This link is not whole. Open it from the mail again."]);
  assert.deepEqual(problems, []);
});

// The last one, because it uses up what this network may ask for.
test("too many requests from one network are refused in words, and what was typed stays", async () => {
  const stranger = new Client(server);
  const ask = () => stranger.post("/v1/auth/password-reset", { email: `${fresh("somebody")}@example.test` });
  let answer = await ask();
  for (let times = 0; times < 40 && answer.status === 202; times += 1) answer = await ask();
  assert.equal(answer.status, 429);
  const { page, problems } = await openPage(browser, server, { expected: [/429/] });
  await page.goto("/forgot-password");
  await askForLink(page, "ana@example.test");
  // A minute may pass between the two answers.
  const sentence = new RegExp(`^${answer.body.message.replaceAll(".", "\\.").replace(/\d+/, "\\d+")}$`);
  await page.getByRole("alert").getByText(sentence).waitFor();
  assert.equal(await page.getByLabel("Email", { exact: true }).inputValue(), "ana@example.test");
  assert.deepEqual(problems, []);
});
