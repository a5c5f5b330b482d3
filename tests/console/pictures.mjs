// A picture of every place of the console into `target/pictures/`: light and dark, wide and 390 px.
// `node tests/console/pictures.mjs [name…]`; without names, all.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch, openPage } from "../support/browser.mjs";
import { root, start } from "../support/server.mjs";
import { furnish, places } from "./places.mjs";
import { enter, settled } from "./walk.mjs";

const LOOKS = [
  { name: "wide-light", colorScheme: "light", viewport: { width: 1280, height: 860 } },
  { name: "wide-dark", colorScheme: "dark", viewport: { width: 1280, height: 860 } },
  { name: "phone-light", colorScheme: "light", viewport: { width: 390, height: 780 } },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 390, height: 780 } },
];

const folder = join(root, "target/pictures");
const wanted = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const [browser, server] = await Promise.all([launch(), start()]);
const missing = [];
try {
  const world = await furnish(server);
  for (const place of places.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    for (const { name: look, ...options } of LOOKS) {
      const { page, context } = await openPage(browser, server, options);
      try {
        await place.before?.(page);
        if (place.person) await enter(page, world[place.person], place.path(world));
        else await page.goto(place.path(world));
        await settled(page);
        await place.act?.(page);
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(folder, `${place.name}-${look}.png`) });
      } catch (error) {
        missing.push(`${place.name}-${look}: ${error.message.split("\n")[0]}`);
      }
      await context.close();
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
