// What opens over a page: it is there at once, the page stays where it is, and nothing that was typed goes unasked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { addPasskey, Authenticator } from "../support/passkey.mjs";
import { makeTeam, signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, focusBecomes, settled } from "./walk.mjs";

const SECRETS = 40;

let browser, server, ana, team, passkey;

before(async () => {
  browser = await launch();
  server = await start();
  ana = await signUp(server, "Ana");
  team = await makeTeam(ana);
  for (let at = 10; at < 10 + SECRETS; at += 1) {
    succeeded(await ana.client.post(`/v1/teams/${team.id}/secrets`, { name: `SECRET_${at}`, value: "x" }), 201);
  }
  passkey = await addPasskey(ana, new Authenticator(server), "Phone");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function opened(path, expected = []) {
  const made = await openPage(browser, server, { viewport: { width: 1280, height: 600 }, expected });
  await enter(made.page, ana, path);
  await settled(made.page);
  return made;
}

const secrets = () => `/${team.namespace}/settings/secrets`;
const scrolled = (page) => page.evaluate(() => Math.round(scrollY));
const dialogs = (page) => page.locator("dialog[open]");
// The question stands outside the page; a closed one is hidden a moment before it is gone.
const answered = (page) => page.locator("body > dialog").waitFor({ state: "detached" });

test("the page stays where it is under a row's dialog, and the focus comes back to the row", async () => {
  const { page, problems } = await opened(secrets());
  await page.getByRole("button", { name: "Actions for SECRET_30" }).scrollIntoViewIfNeeded();
  const before = await scrolled(page);
  assert.ok(before > 200, `scrolled by ${before} px`);
  await choose(page, "Actions for SECRET_30", "Set a new value");
  await page.getByRole("dialog", { name: "Set SECRET_30" }).waitFor();
  assert.equal(await scrolled(page), before);
  await page.keyboard.press("Escape");
  await dialogs(page).waitFor({ state: "detached" });
  await focusBecomes(page, /^Actions for SECRET_30/);
  assert.equal(await scrolled(page), before);

  // A row that has changed is built anew, and one that goes gives the focus to the next.
  await choose(page, "Actions for SECRET_30", "Set a new value");
  await page.getByLabel("New value").fill("y");
  await page.getByRole("button", { name: "Set value" }).click();
  await dialogs(page).waitFor({ state: "detached" });
  await focusBecomes(page, /^Actions for SECRET_30/);
  await choose(page, "Actions for SECRET_30", "Delete");
  await page.getByLabel(/^Type SECRET_30/).fill("SECRET_30");
  await page.getByRole("button", { name: "Delete secret" }).click();
  await dialogs(page).waitFor({ state: "detached" });
  await focusBecomes(page, /^Actions for SECRET_31/);
  assert.ok(Math.abs((await scrolled(page)) - before) <= 40, `scrolled by ${await scrolled(page)} px, before by ${before}`);
  assert.deepEqual(problems, []);
});

test("a click shows the frame at once, while the dialog's part of the program is still coming", async () => {
  const { page, problems } = await opened(secrets());
  let come;
  const held = new Promise((done) => (come = done));
  await page.route("**/assets/split_layers*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("link", { name: "Add secret" }).click();
  await page.getByRole("dialog", { name: "Add secret" }).getByText("Loading").waitFor();
  // It closes like any other.
  await page.keyboard.press("Escape");
  await dialogs(page).waitFor({ state: "detached" });
  await page.waitForURL(/\/secrets$/);
  await focusBecomes(page, /^Add secret/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Add secret" }).getByText("Loading").waitFor();
  come();
  await page.getByRole("dialog", { name: "Add secret" }).getByLabel("Name", { exact: true }).waitFor();
  await focusBecomes(page, /^Name/);
  assert.equal(await dialogs(page).count(), 1);
  await page.keyboard.press("Escape");
  await dialogs(page).waitFor({ state: "detached" });
  await focusBecomes(page, /^Add secret/);
  assert.deepEqual(problems, []);
});

test("a dialog that does not come says so in its frame, with another try", async () => {
  const { page, problems } = await opened(secrets(), [/Failed to load resource|Failed to fetch|ERR_FAILED/]);
  await page.route("**/assets/split_layers*.wasm", (route) => route.abort());
  await page.getByRole("link", { name: "Add secret" }).click();
  const frame = page.getByRole("dialog", { name: "Add secret" });
  await frame.getByText("This page could not be loaded").waitFor();
  await page.unroute("**/assets/split_layers*.wasm");
  await frame.getByRole("button", { name: "Try again" }).click();
  await frame.getByLabel("Name", { exact: true }).waitFor();
  assert.deepEqual(problems, []);
});

const FORMS = [
  { path: () => `${secrets()}/new`, field: "Name", text: "TYPED" },
  { path: () => `${secrets()}/SECRET_11/value`, field: "New value", text: "typed" },
  { path: () => `/${team.namespace}/settings/members/invite`, field: "Email addresses", text: "bo@example.test" },
  { path: () => `/${team.namespace}/settings/api-keys/new`, field: "Name", text: "Typed" },
  { path: () => "/account/settings/ssh-keys/new", field: "Name", text: "Typed" },
  { path: () => "/account/settings/security/passkeys/new", field: "Name", text: "Typed" },
  { path: () => `/account/settings/security/passkeys/${passkey.id}/name`, field: "Name", text: "Typed" },
  { path: () => "/account/settings/security/password", field: "New password", text: "tk4-mule-pond" },
  { path: () => "/account/settings/security/authenticator", field: "Code that the app shows", text: "123" },
];

for (const { path, field, text } of FORMS) {
  test(`what was typed over ${path.toString().replace(/^.*?([\w/-]+)[`"]$/, "$1")} does not go unasked`, async () => {
    const { page, problems } = await opened(path());
    const input = page.getByRole("textbox", { name: field, exact: true });
    await input.fill(text);
    const question = page.getByRole("dialog", { name: "Discard what you typed?" });
    const ways = [
      () => page.keyboard.press("Escape"),
      () => page.getByRole("button", { name: "Cancel", exact: true }).click(),
      () => page.getByRole("button", { name: "Close", exact: true }).click(),
    ];
    for (const leave of ways) {
      await leave();
      await question.waitFor();
      await page.getByRole("button", { name: "Keep editing" }).click();
      await answered(page);
      assert.equal(await input.inputValue(), text);
    }
    // However often somebody presses it.
    for (let times = 0; times < 2; times += 1) {
      await page.keyboard.press("Escape");
      await question.waitFor();
      await page.keyboard.press("Escape");
      await answered(page);
      assert.equal(await input.inputValue(), text);
    }
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard" }).click();
    await dialogs(page).waitFor({ state: "detached" });
    assert.deepEqual(problems, []);
  });
}

test("nothing typed, nothing asked", async () => {
  const { page, problems } = await opened(`${secrets()}/new`);
  await page.getByRole("dialog", { name: "Add secret" }).getByLabel("Name", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await dialogs(page).waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("a key that is shown once does not go with an Escape", async () => {
  const { page, problems } = await opened(`/${team.namespace}/settings/api-keys/new`);
  await page.getByLabel("Name", { exact: true }).fill("Laptop");
  await page.getByRole("button", { name: "Create API key" }).click();
  await page.getByRole("dialog", { name: "Copy your API key" }).waitFor();
  const question = page.getByRole("dialog", { name: "Close without copying?" });
  for (let times = 0; times < 2; times += 1) {
    await page.keyboard.press("Escape");
    await question.getByText("You won't be able to see this key again.").waitFor();
    await page.keyboard.press("Escape");
    await answered(page);
    await page.getByRole("dialog", { name: "Copy your API key" }).waitFor();
  }
  await page.getByRole("button", { name: "Done" }).click();
  await dialogs(page).waitFor({ state: "detached" });
  await page.getByRole("rowheader", { name: "Laptop" }).waitFor();
  assert.deepEqual(problems, []);
});
