// Every page at widths from a small phone to a desktop: nothing runs out of the page, no heading is cut or covered by
// the next, and what a table cuts or leaves out can still be read.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { start } from "../support/server.mjs";
import { moveTo, places, visit } from "./places.mjs";
import { enter, settled, still } from "./walk.mjs";
import { furnish } from "./world.mjs";

// 853 is a window of 1280 at 150 %, 640 one at 200 %.
const WIDTHS = [320, 390, 640, 768, 800, 853, 900, 1024, 1100, 1280, 1600];
// What opens over a page has one width on every desk.
const LAYER_WIDTHS = [320, 768];

let browser, server, world;

before(async () => {
  browser = await launch();
  server = await start();
  world = await furnish(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** What is wrong at this width, in the page. */
function faults() {
  const found = [];
  const words = (element) => element.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const box = (element) => element.getBoundingClientRect();
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && box(element).width > 1;
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const out = [...document.querySelectorAll("body *")].filter((one) => shown(one) && box(one).right > root.clientWidth + 1);
    found.push(`the page is ${root.scrollWidth} px wide: ${out.slice(-1).map((one) => one.outerHTML.slice(0, 120))}`);
  }
  for (const dialog of document.querySelectorAll("dialog[open]")) {
    if (dialog.scrollWidth > dialog.clientWidth) found.push(`a dialog is ${dialog.scrollWidth} px wide`);
  }
  const wide = (cell) => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  };
  for (const table of document.querySelectorAll("table.table")) {
    const heads = [...table.tHead.rows[0].cells];
    const stacked = getComputedStyle(table).display === "block";
    const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.row);
    heads.forEach((head, at) => {
      if (!stacked && shown(head)) {
        const style = getComputedStyle(head);
        const room = box(head).width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        // The arrow of a column that sorts nothing is hidden, and its button reaches into the padding.
        const needs = head.querySelector(".unseen") ? 0 : wide(head).width;
        const slack = head.querySelector(".sort") ? 12 : 0;
        if (needs > room + slack + 1) found.push(`"${words(head)}" needs ${needs} of ${room} px`);
        for (const row of rows) {
          const cell = row.cells[at];
          if (box(cell).width + 0.5 < Math.min(needs, box(head).width)) found.push(`a cell under "${words(head)}" is ${box(cell).width} px wide`);
        }
      }
      // A column that is away, in its row's menu or on the page that the row leads to.
      const away = rows.filter((row) => row.cells[at] && !shown(row.cells[at]) && words(row.cells[at]));
      for (const row of away.slice(0, 1)) {
        if (head.className.includes("actions")) continue;
        const way = row.querySelector(".actions button, th a[href]");
        if (!way || !shown(way)) found.push(`"${words(head)}" is away, and nothing leads to it`);
      }
    });
  }
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const cuts = style.overflowX === "hidden" && style.textOverflow === "ellipsis";
    if (!cuts || !shown(element) || element.scrollWidth <= element.clientWidth + 1) continue;
    const titled = element.closest("[title]") ?? element.querySelector("[title]");
    if (!titled) found.push(`cut without a way to see it: "${words(element)}"`);
  }
  return [...new Set(found)];
}

// Those that fail, refuse or open a menu look like others, and pages outside the frame have no table: what reaches over
// their edge, the test of access finds.
const list = places.filter((place) => place.person && !/-(failed|refused|menu)$/.test(place.name));
const groups = Map.groupBy(list, (place) => place.person ?? "nobody");

for (const [person, own] of groups) {
  test(`the pages of ${person} fit every width`, async () => {
    const wrong = [];
    const { context, page: first } = await openPage(browser, server);
    let [page, last] = [first, undefined];
    for (const place of own) {
      const blank = !last || last.act || place.anew;
      if (last && blank) {
        await page.close();
        page = await context.newPage();
      }
      await page.setViewportSize({ width: 1280, height: 900 });
      await (blank ? visit : moveTo)(page, world, place);
      for (const width of place.layer ? LAYER_WIDTHS : WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await still(page);
        for (const fault of await page.evaluate(faults)) wrong.push(`${place.name} at ${width}: ${fault}`);
      }
      await page.unrouteAll();
      last = place;
    }
    await context.close();
    assert.deepEqual(wrong, []);
  });
}

test("a row's menu has what has left the table", async () => {
  const { page, problems } = await openPage(browser, server, { viewport: { width: 1280, height: 900 } });
  await enter(page, world.ana, `/${world.core.namespace}/settings/members`);
  await settled(page);
  const facts = page.locator(".menu:popover-open .left");
  const open = async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole("button", { name: "Actions for Bo Diaz" }).click();
    await page.getByRole("menuitem").first().waitFor();
  };
  await open(1280);
  assert.ok(await facts.isHidden());
  await page.keyboard.press("Escape");
  await open(1024);
  const terms = () => facts.locator("dt").filter({ visible: true }).allTextContents();
  assert.deepEqual(await terms(), ["Joined", "Last active"]);
  await page.keyboard.press("Escape");
  await open(768);
  assert.deepEqual(await terms(), ["Name", "Email", "Role", "Second factor", "Joined", "Last active"]);
  assert.match(await facts.textContent(), new RegExp(world.bo.email));
  // What is read to somebody who opens the menu.
  const described = await page.getByRole("menu").getAttribute("aria-describedby");
  assert.equal(await facts.getAttribute("id"), described);
  await page.keyboard.press("Escape");
  await page.goto("/teams");
  await settled(page);
  await page.getByRole("button", { name: "Details" }).first().click();
  await page.getByRole("group", { name: "Details" }).getByText("Created").waitFor();
  assert.deepEqual(problems, []);
});
