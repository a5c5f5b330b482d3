// What the stories of the console have in common: coming in, finding things, and axe.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Signs in through the page, as a person does. */
export async function signInByHand(page, person) {
  await page.getByLabel("Email", { exact: true }).fill(person.email);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Opens a page with the session that `signUp` made: sign-ins are limited for each address. */
export async function enter(page, person, path = "/") {
  const attributes = { domain: "localhost", path: "/", httpOnly: true, secure: true, sameSite: "Strict" };
  const cookies = [...person.client.cookies].map(([name, value]) => ({ name, value, ...attributes }));
  await page.context().addCookies(cookies);
  await page.goto(path);
}

/**
 * Goes to another address of the console that is open, as a link does: no file is loaded again. It leaves by the page
 * that is not there, so that whatever stood here is gone.
 */
export async function moveWithin(page, path) {
  await go(page, "/no/such/page/here");
  await heading(page, "Page not found").waitFor();
  await page.locator("dialog[open], .menu:popover-open").waitFor({ state: "detached" });
  await go(page, path);
  await page.waitForFunction(() => {
    const heading = document.querySelector("h1");
    return heading && heading.textContent !== "Page not found";
  });
}

function go(page, path) {
  return page.evaluate((path) => {
    history.pushState(null, "", path);
    dispatchEvent(new PopStateEvent("popstate"));
  }, path);
}

/** A page's own heading. */
export function heading(page, name) {
  return page.getByRole("heading", { name, level: 1 });
}

/** Opens a row's menu and chooses. */
export async function choose(page, menu, item) {
  await page.getByRole("button", { name: menu, exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** Waits until the page has nothing under way: no skeleton, no busy button. What waits for a question over it is at rest. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const covered = [...document.querySelectorAll("dialog[open]")].slice(0, -1);
    const busy = [...document.querySelectorAll(".skeleton, [aria-busy=true]")];
    return document.querySelector("main") && busy.every((one) => covered.some((dialog) => dialog.contains(one)));
  });
}

/** Waits for a frame, and until what moves has come to rest; what moves for ever is let be. */
export async function still(page) {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.all(ending.map((one) => one.finished.catch(() => {})));
  });
}

/** What axe finds wrong, as one line each. */
export async function axeFinds(page) {
  // The policy of the page refuses scripts put in from outside, so it is evaluated by the browser.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.any?.[0]?.message ?? ""}`));
}

/** Waits until something whose words fit has the focus: it follows a frame after what moved it. */
export async function focusBecomes(page, words) {
  await page.waitForFunction(
    ({ source }) => {
      const element = document.activeElement;
      const text = element?.getAttribute("aria-label") || element?.labels?.[0]?.textContent || element?.textContent || "";
      return new RegExp(source).test(text.trim());
    },
    { source: words.source },
    { timeout: 5_000 },
  );
}

/** What has the focus, in a few words. */
export function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const words = element?.getAttribute("aria-label") || element?.labels?.[0]?.textContent || element?.textContent || "";
    return `${element?.tagName.toLowerCase()} ${words.trim().slice(0, 80)}`;
  });
}

/** Keeps the console waiting for its session, from now on until it is released. */
export async function holdSession(page) {
  let release;
  const released = new Promise((done) => (release = done));
  const asked = page.waitForRequest("**/v1/auth/session");
  await page.route("**/v1/auth/session", async (route) => {
    await released;
    await route.continue();
  });
  return { asked, release };
}

/** What a password manager, or a browser left alone with a form, would read wrongly in the forms of a page. */
export function unreadForms(page) {
  return page.evaluate(() => {
    const faults = [];
    for (const form of document.querySelectorAll("form")) {
      const fields = [...form.querySelectorAll("input, textarea, select")];
      const words = (field) => (field.getAttribute("autocomplete") ?? "").split(" ");
      const named = (field) => `${field.name} (${field.getAttribute("autocomplete")})`;
      if (form.method !== "post") faults.push("a form that is no POST would stand in the address");
      const passwords = fields.filter((field) => field.type === "password" || /password/.test(field.name));
      for (const field of passwords) {
        if (!/^(current|new)-password$/.test(field.autocomplete)) faults.push(`${named(field)} says not which password it is`);
      }
      const users = fields.filter((field) => words(field).includes("username"));
      for (const field of users) {
        if (field.type !== "email") faults.push(`${named(field)} is not what one signs in with`);
      }
      if (passwords.length > 0 && users.length !== 1) faults.push(`${users.length} fields say whose the password is`);
      if (passwords.length > 0 && fields.indexOf(users[0]) !== fields.indexOf(passwords[0]) - 1) faults.push("the email is not right before the password");
      for (const field of fields) {
        const isCode = field.inputMode === "numeric";
        if (isCode !== words(field).includes("one-time-code")) faults.push(`${named(field)} is a code, or is none`);
        if (!field.hasAttribute("autocomplete") && !["radio", "checkbox", "file"].includes(field.type) && field.tagName !== "SELECT") {
          faults.push(`${field.name} says not what belongs there`);
        }
      }
    }
    return faults;
  });
}
