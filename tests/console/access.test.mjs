// Every page in both themes without a finding of axe; at 320 px, at twice the size and in forced
// colours nothing is cut off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { axeFinds, enter, settled } from "./walk.mjs";
import { furnish, places } from "./places.mjs";
import { start } from "../support/server.mjs";

let browser, server, world;

before(async () => {
  [browser, server] = await Promise.all([launch(), start()]);
  world = await furnish(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a place as its person, with its layer open. */
async function visit(place, options = {}) {
  const opened = await openPage(browser, server, { expected: [/4\d\d|500/], ...options });
  await place.before?.(opened.page);
  if (place.person) await enter(opened.page, world[place.person], place.path(world));
  else await opened.page.goto(place.path(world));
  await settled(opened.page);
  await place.act?.(opened.page);
  await opened.page.waitForTimeout(300);
  return opened;
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing wrong, ${colorScheme}`, async () => {
    const wrong = [];
    for (const place of places) {
      const { page, problems, context } = await visit(place, { colorScheme });
      wrong.push(...[...(await axeFinds(page)), ...problems].map((line) => `${place.name}: ${line}`));
      await context.close();
    }
    assert.deepEqual(wrong, []);
  });
}

test("nothing is cut off at 320 px", async () => {
  const wrong = [];
  for (const place of places) {
    const { page, context } = await visit(place, { viewport: { width: 320, height: 640 } });
    const wide = await page.evaluate(() => {
      const limit = document.documentElement.clientWidth;
      const over = [...document.querySelectorAll("main *, header *, dialog[open] *")].filter((element) => {
        const { right, width } = element.getBoundingClientRect();
        return width > 0 && right > limit + 1 && !element.closest(".unseen, thead, .tabs, svg, .table th *, .table td *") && getComputedStyle(element).position !== "absolute";
      });
      return { page: document.documentElement.scrollWidth > limit, over: over.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)) };
    });
    if (wide.page || wide.over.length > 0) wrong.push(`${place.name}: ${wide.over.join(" ") || "the page scrolls sideways"}`);
    await context.close();
  }
  assert.deepEqual(wrong, []);
});

test("at twice the size the page still reads", async () => {
  for (const place of places.slice(0, 6)) {
    const { page, context } = await visit(place, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), place.name);
    await context.close();
  }
});

test("forced colours keep borders and focus", async () => {
  for (const place of places.slice(0, 4)) {
    const { page, context } = await visit(place, { forcedColors: "active" });
    assert.deepEqual(await axeFinds(page), [], place.name);
    await context.close();
  }
});
