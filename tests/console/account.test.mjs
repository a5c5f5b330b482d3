// A person's own profile: names, email, username, preferences, by mouse and by keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, mailedLink, mails, until } from "../support/http.mjs";
import { fresh, makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { enter, focusBecomes, heading, holdSession, settled, signInByHand } from "./walk.mjs";

const PROFILE = "/account/settings/profile";
const NEW_PASSWORD = "seven lamps on a pier";

let browser, server, bo;

before(async () => {
  browser = await launch();
  server = await start();
  bo = await signUp(server, "Bo");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Somebody new on their profile. */
async function profile(name, expected = []) {
  const person = await signUp(server, name);
  const opened = await openPage(browser, server, { expected });
  await enter(opened.page, person, PROFILE);
  await settled(opened.page);
  return { person, ...opened };
}

const field = (page, name) => page.getByRole("textbox", { name });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("names are saved, unless they were changed elsewhere meanwhile", async () => {
  const { page, problems, person } = await profile("Ana", [/412/]);
  await field(page, "Last name").fill("Lovelace");
  await press(page, "Save name");
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.reload();
  await settled(page);
  assert.equal(await field(page, "Last name").inputValue(), "Lovelace");

  succeeded(await person.client.patch("/v1/account", { lastName: "King" }), 200);
  await field(page, "First name").fill("Augusta");
  await press(page, "Save name");
  await page.getByRole("alert").waitFor();
  assert.equal(await field(page, "First name").inputValue(), "Augusta");
  await press(page, "Load latest");
  await page.waitForFunction(() => document.querySelector("[name=lastName]")?.value === "King");
  assert.deepEqual(problems, []);
});

test("a change of the theme at the top does not stand in the way of a name", async () => {
  const { page, problems } = await profile("Cyd");
  await press(page, "Your account");
  const saved = page.waitForResponse((answer) => answer.url().endsWith("/v1/account") && answer.request().method() === "GET");
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await saved;
  assert.ok(await page.getByRole("radio", { name: "Dark" }).isChecked());
  await field(page, "Last name").fill("Charisse");
  await press(page, "Save name");
  await page.getByText("Saved", { exact: true }).waitFor();
  assert.deepEqual(problems, []);
});

test("a username changes once it is confirmed, and the console moves on to the new addresses", async () => {
  const { page, problems, person } = await profile("Dora", [/40[49]/]);
  const name = field(page, "Username");
  const ask = async (text) => {
    await name.fill(text);
    await press(page, "Change username");
  };

  // Refused before it is asked, and where somebody has it, after.
  await ask("support");
  await page.getByText("This name is reserved. Choose another.").waitFor();
  await focusBecomes(page, /^Username/);
  await ask(bo.username);
  await page.getByRole("dialog", { name: `Change your username to ${bo.username}?` }).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Change username" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(".refusal").waitFor();
  await focusBecomes(page, /^Username/);

  // Taken back, and then meant.
  const renamed = fresh("dora");
  await ask(renamed);
  await page.getByRole("dialog").getByText(`/${person.username}/`).waitFor();
  await focusBecomes(page, /^Cancel/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal((await person.client.get("/v1/account")).body.username, person.username);
  await press(page, "Change username");
  await page.getByRole("dialog").getByRole("button", { name: "Change username" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText(`Your username is now ${renamed}`).waitFor({ state: "attached" });

  await page.getByRole("link", { name: "Guildhall, your workspace" }).click();
  await page.waitForURL(`**/${renamed}/settings/profile`);
  await page.goto(`/${person.username}/settings/profile`);
  await heading(page, "Workspace not found").waitFor();
  assert.deepEqual(problems, []);
});

test("an email changes when the new mailbox confirms it, and the old one can undo it", async () => {
  const { page, problems, person } = await profile("Eve", [/40[019]/]);
  const email = `${fresh("eve")}@example.test`;
  const change = async (text) => {
    await field(page, "New email").fill(text);
    await press(page, "Change email");
  };

  await change("nonsense");
  await page.getByText("Enter an email address such as ana@example.com.").waitFor();
  await focusBecomes(page, /^New email/);
  await change(bo.email);
  await page.waitForFunction(() => /another|in use|taken|has this/i.test(document.querySelector(".refusal")?.textContent ?? ""));
  await focusBecomes(page, /^New email/);

  // Asked for, taken back, asked for again and sent again.
  await field(page, "New email").waitFor();
  await change(email);
  await page.getByText("Waiting for you to confirm").waitFor();
  await press(page, "Cancel the change");
  await field(page, "New email").waitFor();
  await change(email);
  await page.getByText("Waiting for you to confirm").waitFor();
  await press(page, "Send again");
  await page.getByText("Email sent.", { exact: true }).first().waitFor();
  await until(async () => (await mails(server, email)).length === 3, "there are not three mails");

  await page.goto(await mailedLink(server, email, "/confirm-email"));
  await page.getByText("and want to change to").waitFor();
  await press(page, "Confirm this email");
  await heading(page, "Email changed").waitFor();
  await page.getByRole("link", { name: "Go to your profile" }).click();
  await page.getByRole("definition").filter({ hasText: email }).waitFor();

  // Whoever reads the old mailbox takes the account back, in a browser that knows nobody.
  const other = await openPage(browser, server, { expected: [/400/] });
  await other.page.goto(await mailedLink(server, person.email, "/email-undo"));
  await heading(other.page, "Undo the change of your email").waitFor();
  const password = field(other.page, "New password");
  await password.fill("short");
  await press(other.page, "Undo the change");
  await other.page.locator(".refusal").getByText(/^Use at least 12 characters/).waitFor();
  await focusBecomes(other.page, /^New password/);
  await password.fill(NEW_PASSWORD);
  await press(other.page, "Undo the change");
  // What was taken is named, and what to look through.
  await heading(other.page, "Your account is yours again").waitFor();
  await other.page.getByRole("region", { name: "Removed" }).getByText(email).waitFor();
  await other.page.getByRole("region", { name: "Review your account" }).getByRole("link", { name: "SSH keys" }).waitFor();
  await other.page.getByRole("link", { name: "Sign in", exact: true }).click();
  await heading(other.page, "Sign in").waitFor();
  await signInByHand(other.page, { email: person.email, password: NEW_PASSWORD });
  await heading(other.page, "General").waitFor();

  await page.reload();
  await heading(page, "Sign in").waitFor();
  assert.deepEqual([...problems, ...other.problems], []);
});

test("preferences say where the next sign-in starts, and whether keys jump", async () => {
  const { page, problems, person } = await profile("Fay");
  const team = await makeTeam(person, "Core");
  await page.reload();
  await settled(page);
  await page.getByRole("combobox", { name: "Start in" }).selectOption("Core");
  await page.getByRole("radio", { name: "Gradient" }).check();
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.getByRole("radio", { name: "Off" }).check();
  await press(page, "Save preferences");
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");

  // They hold once the session has them, which it has from the start after a reload.
  await page.reload();
  await settled(page);
  await page.keyboard.press("Control+k");
  await press(page, "Your account");
  await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
  await signInByHand(page, person);
  await page.waitForURL(`**/${team.namespace}/settings/profile`);

  await page.goto(PROFILE);
  await settled(page);
  assert.ok(await page.getByRole("radio", { name: "Gradient" }).isChecked());
  await page.getByRole("radio", { name: /^On/ }).check();
  // They are saved once the console goes by them.
  const { asked, release } = await holdSession(page);
  await press(page, "Save preferences");
  await asked;
  assert.equal(await page.getByText("Saved", { exact: true }).count(), 0);
  release();
  await page.getByText("Saved", { exact: true }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Go to" }).waitFor();
  assert.deepEqual(problems, []);
});

test("what is chosen while preferences are being saved is not said to be saved", async () => {
  const { page, problems } = await profile("Hal");
  await page.getByRole("radio", { name: "Gradient" }).check();
  const { asked, release } = await holdSession(page);
  await press(page, "Save preferences");
  await asked;
  await page.getByRole("radio", { name: "Off" }).check();
  release();
  await page.locator("button[aria-busy=true]").waitFor({ state: "detached" });
  assert.equal(await page.getByText("Saved", { exact: true }).count(), 0);
  await page.getByRole("link", { name: "Teams" }).click();
  await page.getByRole("dialog").getByText("What you changed on this page is lost.").waitFor();
  assert.deepEqual(problems, []);
});

// The last one, because it moves the server's clock.
test("a change of the email asks for the password after a while, and goes on", async () => {
  const { page, problems, person } = await profile("Gil", [/401/]);
  succeeded(await new Client(server).post("/dev/clock", { ahead: 16 * 60 }), 200);
  const email = `${fresh("gil")}@example.test`;
  await field(page, "New email").fill(email);
  await press(page, "Change email");
  await page.getByRole("dialog", { name: "Enter your password" }).waitFor();
  await field(page, "Password").fill(person.password);
  await press(page, "Go on");
  await page.getByText("Waiting for you to confirm").waitFor();
  await mailedLink(server, email, "/confirm-email");
  assert.deepEqual(problems, []);
});
