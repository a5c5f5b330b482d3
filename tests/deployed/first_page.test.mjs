// How soon the first page can be used, on what would be deployed and a server of this machine: in a browser that was
// never here, and in one that was. Times are those of the reference machine.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter } from "../console/walk.mjs";
import { best } from "../support/best.mjs";
import { launch, openPage } from "../support/browser.mjs";
import { signUpUnconfirmed } from "../support/people.mjs";
import { start } from "../support/server.mjs";

const COLD_MS = 1_500;
const WARM_MS = 700;

let browser, server, ana;

before(async () => {
  browser = await launch();
  server = await start({ vars: { PUBLIC_URL: "https://guildhall.example" } });
  ana = await signUpUnconfirmed(server, "Ana");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const pages = [
  ["the sign-in page", () => "/sign-in", /^Email/, async (page, path) => page.goto(path)],
  ["a person's workspace", () => `/${ana.username}/settings/profile`, /^Bio/, async (page, path) => enter(page, ana, path)],
];

for (const [what, path, field, open] of pages) {
  /** Milliseconds from the address until one can type into the page. */
  const usable = async (page) => {
    await page.getByRole("textbox", { name: field }).click({ trial: true });
    return page.evaluate(() => Math.round(performance.now()));
  };

  test(`${what} can be used within ${COLD_MS / 1000} s, and in a browser that has it within ${WARM_MS / 1000} s`, async () => {
    let opened;
    const cold = await best(COLD_MS, async () => {
      await opened?.context.close();
      // This address is not the site that the server is configured for, so it offers no passkey here.
      opened = await openPage(browser, server, { expected: [/403.*passkey\/options/] });
      await open(opened.page, path());
      return usable(opened.page);
    }, browser);
    const { page, problems } = opened;
    const warm = await best(WARM_MS, async () => {
      await page.goto("about:blank");
      await page.goto(path());
      return usable(page);
    }, browser);
    console.log(`${path()}: cold ${cold.seen.join(", ")} ms, warm ${warm.seen.join(", ")} ms`);
    assert.ok(cold.least < COLD_MS, `${cold.least} ms`);
    assert.ok(warm.least < WARM_MS, `${warm.least} ms`);
    assert.deepEqual(problems, []);
  });
}
