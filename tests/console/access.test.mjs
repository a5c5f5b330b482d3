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

/** What reaches over the right edge, as words; empty where nothing does. */
function cutOff(page) {
  return page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const over = [...document.querySelectorAll("main *, header *, dialog[open] *")].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > limit + 1 && !element.closest(".unseen, thead, .tabs, svg, .table th *, .table td *") && getComputedStyle(element).position !== "absolute";
    });
    const sideways = document.documentElement.scrollWidth > limit ? ["the page scrolls sideways"] : [];
    return [...sideways, ...over.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))].join(" ");
  });
}

for (const [what, look] of [
  ["at 320 px", { viewport: { width: 320, height: 640 } }],
  ["at twice the size", { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
]) {
  test(`nothing is cut off ${what}`, async () => {
    const wrong = [];
    for (const place of places) {
      const { page, context } = await visit(place, look);
      const over = await cutOff(page);
      if (over) wrong.push(`${place.name}: ${over}`);
      await context.close();
    }
    assert.deepEqual(wrong, []);
  });
}

test("forced colours keep borders and the ring of the focus", async () => {
  const names = ["sign-in-refused", "general", "members", "members-menu", "member-role", "api-key-new", "audit-line"];
  const wrong = [];
  for (const place of places.filter(({ name }) => names.includes(name))) {
    const { page, context } = await visit(place, { forcedColors: "active" });
    wrong.push(...(await axeFinds(page)).map((line) => `${place.name}: ${line}`));
    const bare = await page.evaluate(() => {
      const framed = [...document.querySelectorAll("input.input, .button:not(.quiet, .with-button .button), dialog[open], .menu:popover-open")];
      const borderless = (element) => element && getComputedStyle(element).borderTopStyle === "none";
      // A field with something beside it has its border around both.
      return framed.filter((element) => element.checkVisibility() && borderless(element) && borderless(element.closest(".affix") ?? element)).length;
    });
    if (bare > 0) wrong.push(`${place.name}: ${bare} without a border`);
    // Tab leaves a menu, which closes with it.
    if (!place.name.endsWith("-menu")) {
      await page.keyboard.press("Tab");
      const ringed = await page.evaluate(() => {
        const element = document.activeElement;
        return [element, element.closest("label, .affix")].some((one) => one && getComputedStyle(one).outlineStyle !== "none");
      });
      if (!ringed) wrong.push(`${place.name}: no ring`);
    }
    await context.close();
  }
  assert.deepEqual(wrong, []);
});
