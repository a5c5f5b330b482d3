// Every page in both themes without a finding of axe; at 320 px, at twice the size and in forced
// colours nothing is cut off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { axeFinds, still, unreadForms } from "./walk.mjs";
import { moveTo, places, visit } from "./places.mjs";
import { start } from "../support/server.mjs";
import { within } from "../support/within.mjs";
import { furnish } from "./world.mjs";

let browser, server, world;

/** What is wrong, by how a place is looked at. Each place is visited once and then turned about. */
const wrong = { forms: [], light: [], dark: [], forced: [], narrow: [], twice: [] };
const PLACE_MS = 90_000;
const USUAL = { width: 1280, height: 720 };
const FORCED = ["sign-in-refused", "general", "members", "members-menu", "member-role", "api-key-new", "audit-line"];

before(async () => {
  browser = await launch();
  server = await start();
  world = await furnish(server);
  // Half of the places are one person's, so two browsers have about the same to do.
  await Promise.all([walk((place) => place.person === "ana"), walk((place) => place.person !== "ana")]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Visits places, each person's in one profile, and in one page as long as each of them can be left. */
async function walk(mine) {
  for (const theirs of Map.groupBy(places.filter(mine), (place) => place.person).values()) {
    const { context, page: first, problems } = await openPage(browser, server, { expected: [/4\d\d|500/] });
    let page = first;
    let last;
    for (const place of theirs) {
      const blank = !last || last.act || place.anew;
      if (last && blank) {
        await page.close();
        page = await context.newPage();
      }
      await page.setViewportSize(USUAL);
      await page.emulateMedia({ colorScheme: "light" });
      const looked = (blank ? visit : moveTo)(page, world, place).then(() => look(page, place));
      await within(PLACE_MS, looked, () => `${place.name} takes too long`);
      wrong.light.push(...problems.splice(0).map((line) => `${place.name}: ${line}`));
      await page.unrouteAll();
      last = place;
    }
    await context.close();
  }
}

/** Looks at a place in every way. */
async function look(page, place) {
  const note = (look, lines) => wrong[look].push(...lines.map((line) => `${place.name}: ${line}`));
  note("forms", await unreadForms(page));
  note("light", await axeFinds(page));
  await page.emulateMedia({ colorScheme: "dark" });
  await still(page);
  note("dark", await axeFinds(page));
  if (FORCED.includes(place.name)) {
    await page.emulateMedia({ colorScheme: "light", forcedColors: "active" });
    await still(page);
    note("forced", [...(await axeFinds(page)), ...(await unframed(page))]);
    // Tab leaves a menu, which closes with it.
    if (!place.name.endsWith("-menu")) note("forced", await unringed(page));
    await page.emulateMedia({ forcedColors: "none" });
  }
  for (const [look, width, height] of [["narrow", 320, 640], ["twice", 640, 400]]) {
    await page.setViewportSize({ width, height });
    await still(page);
    note(look, await cutOff(page));
  }
}

test("password managers read every form, and no browser puts one into an address", () => assert.deepEqual(wrong.forms, []));

test("axe finds nothing wrong in the light", () => assert.deepEqual(wrong.light, []));

test("axe finds nothing wrong in the dark", () => assert.deepEqual(wrong.dark, []));

test("nothing is cut off at 320 px", () => assert.deepEqual(wrong.narrow, []));

test("nothing is cut off at twice the size", () => assert.deepEqual(wrong.twice, []));

test("forced colours keep borders and the ring of the focus", () => {
  const unknown = FORCED.filter((name) => !places.some((place) => place.name === name));
  assert.deepEqual(unknown, []);
  assert.deepEqual(wrong.forced, []);
});

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

/** What lost its border where only borders tell things apart. */
async function unframed(page) {
  const bare = await page.evaluate(() => {
    const framed = [...document.querySelectorAll("input.input, .button:not(.quiet, .with-button .button), dialog[open], .menu:popover-open")];
    const borderless = (element) => element && getComputedStyle(element).borderTopStyle === "none";
    // A field with something beside it has its border around both.
    return framed.filter((element) => element.checkVisibility() && borderless(element) && borderless(element.closest(".affix") ?? element)).length;
  });
  return bare > 0 ? [`${bare} without a border`] : [];
}

/** Whether what Tab comes to has no ring. */
async function unringed(page) {
  await page.keyboard.press("Tab");
  const ringed = await page.evaluate(() => {
    const element = document.activeElement;
    return [element, element.closest("label, .affix")].some((one) => one && getComputedStyle(one).outlineStyle !== "none");
  });
  return ringed ? [] : ["no ring"];
}
