// What answers to the pointer and to keys can be read in each of its states, in both themes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { start } from "../support/server.mjs";
import { enter, settled, still } from "./walk.mjs";
import { furnish } from "./world.mjs";

const TEXT = 4.5;
const RING = 3;

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

/** Puts into the page what measures there. */
function measures() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const contrast = (a, b) => {
    const [more, less] = [light(a), light(b)].sort((x, y) => y - x);
    return (more + 0.05) / (less + 0.05);
  };
  globalThis.readable = (element) => {
    // The words themselves, and what is drawn beside them.
    const parts = [element, ...element.querySelectorAll("*")].filter((one) => one.matches("svg, .spin") || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return Math.min(...parts.map((one) => contrast(rgba(getComputedStyle(one).color), ground(one))));
  };
  globalThis.ring = (element) => {
    const ringed = [element, element.closest(".affix, label")].find((one) => one && getComputedStyle(one).outlineStyle !== "none");
    if (!ringed) return { colour: "none", contrast: 0 };
    const style = getComputedStyle(ringed);
    return { colour: style.outlineColor, contrast: contrast(rgba(style.outlineColor), ground(ringed.parentElement)) };
  };
  globalThis.colourOf = (name) => {
    const probe = document.body.appendChild(Object.assign(document.createElement("i"), { hidden: true }));
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
}

const WHAT = "main .button, main .text-button, .side a, .top a, .top .button, .tabs a, .sort, .menu:popover-open [role^=menuitem]";

/** Below what can be read, of everything in sight, at rest, under the pointer and pressed. */
async function unreadable(page, what = WHAT) {
  const found = [];
  const all = await page.locator(what).filter({ visible: true }).elementHandles();
  assert.ok(all.length > 0, what);
  for (const element of all) {
    const name = await element.evaluate((one) => `${one.className || one.getAttribute("role") || one.tagName} "${(one.ariaLabel || one.textContent).trim()}" ${one.ariaBusy ? "busy" : one.ariaDisabled ? "refused" : ""}`);
    const look = async (state) => {
      await still(page);
      const contrast = await element.evaluate((one) => globalThis.readable(one));
      if (contrast < TEXT) found.push(`${name} ${state}: ${contrast.toFixed(2)}`);
    };
    await page.mouse.move(0, 0);
    await look("at rest");
    await element.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await element.boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await look("under the pointer");
    // Pressed and let go elsewhere, so that nothing is done.
    await page.mouse.down();
    await look("pressed");
    await page.mouse.move(0, 0);
    await page.mouse.up();
  }
  return found;
}

for (const colorScheme of ["light", "dark"]) {
  test(`every button and link can be read in each of its states, ${colorScheme}`, async () => {
    const { page } = await openPage(browser, server, { colorScheme });
    await page.addInitScript(measures);
    await page.goto("/gallery");
    await page.getByText("Each component in each state.").waitFor();
    // The one that panics on purpose is left alone.
    const found = await unreadable(page, "main .button:not(:has-text('Panic')), main .text-button, main .tabs a, main .sort");
    await page.getByRole("button", { name: "Actions for Ana" }).click();
    await page.locator(".menu:popover-open").waitFor();
    found.push(...(await unreadable(page, ".menu:popover-open [role^=menuitem]")));
    await enter(page, world.bo, `/${world.core.namespace}/settings/members`);
    await settled(page);
    found.push(...(await unreadable(page)));
    assert.deepEqual(found, []);
  });

  test(`a refused field has a ring in the colour of refusals, ${colorScheme}`, async () => {
    const { page } = await openPage(browser, server, { colorScheme });
    await page.addInitScript(measures);
    await page.goto("/gallery");
    await page.getByText("Each component in each state.").waitFor();
    const danger = await page.evaluate(() => globalThis.colourOf("--danger"));
    const fields = await page.locator("main [aria-invalid=true]").elementHandles();
    const kinds = new Set();
    for (const field of fields) {
      // By key, as a ring shows for keys.
      await field.focus();
      await page.keyboard.press("Shift");
      const { colour, contrast } = await field.evaluate((one) => globalThis.ring(one));
      const name = await field.evaluate((one) => one.labels[0].textContent);
      kinds.add(await field.evaluate((one) => `${one.tagName} ${one.type} ${one.parentElement.className}`));
      assert.equal(colour, danger, name);
      assert.ok(contrast >= RING, `${name}: ${contrast}`);
    }
    assert.ok(kinds.size >= 4, [...kinds].join(", "));
  });
}
