// Every page in both themes without a finding of axe; at 320 px, at twice the size and in forced
// colours nothing is cut off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { axeFinds, enter, settled } from "./walk.mjs";
import { furnish, places } from "./places.mjs";
import { start } from "../support/server.mjs";

let browser, server, world;

/** What is wrong, by how a place is looked at. Each place is visited once and then turned about. */
const wrong = { light: [], dark: [], narrow: [], twice: [] };

before(async () => {
  [browser, server] = await Promise.all([launch(), start()]);
  world = await furnish(server);
  for (const place of places) {
    const { page, problems, context } = await visit(place, { colorScheme: "light" });
    const note = (look, lines) => wrong[look].push(...lines.map((line) => `${place.name}: ${line}`));
    note("light", [...(await axeFinds(page)), ...problems]);
    await page.emulateMedia({ colorScheme: "dark" });
    await still(page);
    note("dark", await axeFinds(page));
    for (const [look, width, height] of [["narrow", 320, 640], ["twice", 640, 400]]) {
      await page.setViewportSize({ width, height });
      await still(page);
      note(look, await cutOff(page));
    }
    await context.close();
  }
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
  await settled(opened.page);
  await still(opened.page);
  return opened;
}

/** Waits for a frame, and until what moves has come to rest; what moves for ever is let be. */
async function still(page) {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.all(ending.map((one) => one.finished.catch(() => {})));
  });
}

test("axe finds nothing wrong in the light", () => assert.deepEqual(wrong.light, []));

test("axe finds nothing wrong in the dark", () => assert.deepEqual(wrong.dark, []));

test("nothing is cut off at 320 px", () => assert.deepEqual(wrong.narrow, []));

test("nothing is cut off at twice the size", () => assert.deepEqual(wrong.twice, []));

/** What reaches over the right edge, as words. */
function cutOff(page) {
  return page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const over = [...document.querySelectorAll("main *, header *, dialog[open] *")].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > limit + 1 && !element.closest(".unseen, thead, .tabs, svg, .table th *, .table td *") && getComputedStyle(element).position !== "absolute";
    });
    const sideways = document.documentElement.scrollWidth > limit ? ["the page scrolls sideways"] : [];
    return [...sideways, ...over.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))];
  });
}

test("forced colours keep borders and the ring of the focus", async () => {
  const names = ["sign-in-refused", "general", "members", "members-menu", "member-role", "api-key-new", "audit-line"];
  const found = [];
  for (const place of places.filter(({ name }) => names.includes(name))) {
    const { page, context } = await visit(place, { forcedColors: "active" });
    found.push(...(await axeFinds(page)).map((line) => `${place.name}: ${line}`));
    const bare = await page.evaluate(() => {
      const framed = [...document.querySelectorAll("input.input, .button:not(.quiet, .with-button .button), dialog[open], .menu:popover-open")];
      const borderless = (element) => element && getComputedStyle(element).borderTopStyle === "none";
      // A field with something beside it has its border around both.
      return framed.filter((element) => element.checkVisibility() && borderless(element) && borderless(element.closest(".affix") ?? element)).length;
    });
    if (bare > 0) found.push(`${place.name}: ${bare} without a border`);
    // Tab leaves a menu, which closes with it.
    if (!place.name.endsWith("-menu")) {
      await page.keyboard.press("Tab");
      const ringed = await page.evaluate(() => {
        const element = document.activeElement;
        return [element, element.closest("label, .affix")].some((one) => one && getComputedStyle(one).outlineStyle !== "none");
      });
      if (!ringed) found.push(`${place.name}: no ring`);
    }
    await context.close();
  }
  assert.deepEqual(found, []);
});
