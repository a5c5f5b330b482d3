// A picture of every place of the console into `target/pictures/`: light and dark, on a desk, at 1024, 768 and 390 px.
// `node tests/console/pictures.mjs [name…]`; without names, all. `sign-in*` is all that begin so.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch, openPage } from "../support/browser.mjs";
import { root, start } from "../support/server.mjs";
import { places, visit } from "./places.mjs";
import { still } from "./walk.mjs";
import { furnish } from "./world.mjs";

const WIDTHS = [
  { name: "wide", viewport: { width: 1280, height: 860 } },
  { name: "1024", viewport: { width: 1024, height: 860 } },
  { name: "768", viewport: { width: 768, height: 860 } },
  { name: "phone", viewport: { width: 390, height: 780 } },
];

const folder = join(root, "target/pictures");
const wanted = process.argv.slice(2);
const fits = (name) => wanted.some((one) => (one.endsWith("*") ? name.startsWith(one.slice(0, -1)) : name === one));
await mkdir(folder, { recursive: true });
const [browser, server] = await Promise.all([launch(), start()]);
const missing = [];
try {
  const world = await furnish(server);
  for (const place of places.filter(({ name }) => wanted.length === 0 || fits(name))) {
    for (const { name: width, ...options } of WIDTHS) {
      try {
        const { page, context } = await openPage(browser, server, options);
        await visit(page, world, place);
        // The whole of a page, and of what lies over it as much as one sees.
        const fullPage = (await page.locator("dialog[open], .menu:popover-open").count()) === 0;
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          if (fullPage) await page.evaluate(() => scrollTo(0, 0));
          await still(page);
          await page.screenshot({ path: join(folder, `${place.name}-${width}-${colorScheme}.png`), fullPage });
        }
        await context.close();
      } catch (error) {
        missing.push(`${place.name}-${width}: ${error.message.split("\n")[0]}`);
      }
    }
  }
} finally {
  await browser.close();
  await server.stop();
}
if (missing.length > 0) {
  console.error(`no picture of:\n${missing.join("\n")}`);
  process.exit(1);
}
console.log(`pictures are in ${folder}`);
