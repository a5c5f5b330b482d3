// Addresses of the console: what is no page says so, with 404; and times that follow the server's clock.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client } from "../support/http.mjs";
import { signUp, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { enter, heading, settled } from "./walk.mjs";

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test("an address that is no page is 404, and the console says what one can do", async () => {
  const { page, problems } = await openPage(browser, server, { expected: [/404/] });
  for (const path of ["/a/b/c/d", "/wp-login.php", "/.well-known/nothing"]) {
    const answer = await page.goto(path);
    assert.equal(answer.status(), 404, path);
    await heading(page, "Page not found").waitFor();
    await page.getByRole("link", { name: "Go to your workspace" }).waitFor();
  }
  assert.deepEqual(problems, []);
});

test("a password manager's link leads to the form that changes the password", async () => {
  const ana = await signUp(server, "Ana");
  const { page, problems } = await openPage(browser, server);
  await enter(page, ana, "/.well-known/change-password");
  await page.waitForURL("**/account/settings/security/password");
  await page.getByRole("dialog").waitFor();
  assert.deepEqual(problems, []);
});

test("times are told by the server's clock, which development may have moved", async () => {
  const bo = await signUp(server, "Bo");
  const secrets = `/v1/teams/${bo.session.team.id}/secrets`;
  succeeded(await bo.client.post(secrets, { name: "TOKEN", value: "hush" }), 201);
  const developer = new Client(server);
  succeeded(await developer.post("/dev/clock", { ahead: 3 * 86_400 }), 200);
  const { page, problems } = await openPage(browser, server);
  await enter(page, bo, `/${bo.username}/settings/secrets`);
  await settled(page);
  const row = page.getByRole("row").filter({ hasText: "TOKEN" });
  await row.getByText("3 days ago").first().waitFor();
  succeeded(await developer.post("/dev/clock", { ahead: 0 }), 200);
  assert.deepEqual(problems, []);
});
