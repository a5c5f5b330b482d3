// Two tabs of one browser, where neither hears of the other: what was typed as one account is never saved as another.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { fresh, makeTeam, signUp, sshKey, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, heading, settled } from "./walk.mjs";

const SENTENCE = /^You're signed in to a different account in this browser now/;

let browser, server, ana, bo;

before(async () => {
  browser = await launch();
  server = await start();
  ana = await signUp(server, "Ana", { lastName: "Lovelace" });
  bo = await signUp(server, "Bo", { lastName: "Diaz" });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A tab of Ana's whose browser keeps nothing but cookies, so that no tab hears of another. */
async function tab(path, expected = [/412/]) {
  const opened = await openPage(browser, server, { expected });
  await opened.context.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("", "SecurityError");
    };
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { get: refuse });
  });
  await enter(opened.page, ana, path);
  await settled(opened.page);
  return opened;
}

/** Another tab of the same browser signs in as somebody else. */
async function otherTab(context, person) {
  await context.clearCookies();
  const page = await context.newPage();
  await enter(page, person, "/account/settings/profile");
  await page.getByRole("definition").filter({ hasText: person.email }).waitFor();
  await page.close();
}

const account = async (person) => succeeded(await person.client.get("/v1/account"), 200);
const refused = (page) => page.getByRole("alert").filter({ hasText: SENTENCE });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("a profile that was opened as one account is not saved as another, and nothing typed is lost unasked", async () => {
  const { page, context, problems } = await tab("/account/settings/profile");
  await page.getByLabel("First name (optional)").fill("Augusta");
  await otherTab(context, bo);
  await press(page, "Save name");
  await refused(page).waitFor();
  assert.equal(await page.getByLabel("First name (optional)").inputValue(), "Augusta");
  assert.deepEqual([(await account(ana)).firstName, (await account(bo)).firstName], ["Ana", "Bo"]);
  // Loading the page again is the way on, and asks first.
  page.once("dialog", (dialog) => dialog.accept());
  await press(page, "Load the page again");
  await page.getByRole("definition").filter({ hasText: bo.email }).waitFor();
  assert.equal(await page.getByLabel("First name (optional)").inputValue(), "Bo");
  assert.deepEqual(problems, []);
});

test("no form and no question of a page does anything for another account", async () => {
  const team = await makeTeam(ana);
  const host = fresh("other");
  const acts = [
    ["/account/settings/ssh-keys/new", async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Laptop");
      await page.getByRole("textbox", { name: "Public key" }).fill(sshKey());
      await press(page, "Add SSH key");
    }],
    ["/teams/new", async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Other");
      await page.getByLabel("Namespace", { exact: true }).fill(host);
      await press(page, "Create team");
    }],
    ["/account/settings/security/password", async (page) => {
      await page.getByRole("textbox", { name: "New password" }).fill("seven lamps on a pier");
      await press(page, "Change password");
    }],
    ["/account/settings/sessions/end-others", (page) => page.getByRole("dialog").getByRole("button").last().click()],
    [`/${team.namespace}/settings/secrets/new`, async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("API_TOKEN");
      await page.getByRole("textbox", { name: "Value" }).fill("hush");
      await press(page, "Add secret");
    }],
  ];
  const before = await account(bo);
  for (const [path, act] of acts) {
    const { page, context, problems } = await tab(path);
    await otherTab(context, bo);
    await act(page);
    await refused(page).waitFor({ timeout: 10_000 }).catch((error) => {
      throw new Error(`${path}: ${error.message}`);
    });
    assert.deepEqual(problems, [], path);
    await context.close();
  }
  assert.deepEqual(await account(bo), before);
  assert.deepEqual((await bo.client.get("/v1/account/ssh-keys")).body, []);
  assert.ok((await bo.client.get("/v1/teams")).body.every((one) => one.namespace !== host));
  assert.equal((await account(ana)).dtPasswordChanged, (await account(ana)).dtPasswordChanged);
});

test("a page that is only read starts anew as the account that the browser has, and so does Sign out", async () => {
  const { page, context, problems } = await tab("/account/settings/profile");
  await otherTab(context, bo);
  /** Does something that has the page loaded anew. */
  const anew = async (act) => {
    const loaded = page.waitForEvent("load");
    await act();
    await loaded;
  };
  await anew(() => page.getByRole("link", { name: "Sessions", exact: true }).click());
  // The menu is Bo's now.
  await page.waitForURL(/\/sessions$/);
  await page.getByText("This session").waitFor();
  await page.getByRole("button", { name: "Your account", exact: true }).click();
  await page.getByRole("menu").getByText(bo.email).waitFor();
  await otherTab(context, ana);
  await anew(() => page.getByRole("menuitem", { name: "Sign out" }).click());
  await page.getByText("This session").waitFor();
  await page.getByRole("button", { name: "Your account", exact: true }).click();
  await page.getByRole("menu").getByText(ana.email).waitFor();
  assert.ok((await account(ana)).email);
  assert.deepEqual(problems, []);
});
