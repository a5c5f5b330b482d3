// SSH keys: adding one by keyboard, what is refused, a private key that leaves its field, copying, removing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { lastMail } from "../support/http.mjs";
import { signUp, sshKey, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, focusBecomes, settled } from "./walk.mjs";

const PAGE = "/account/settings/ssh-keys";
const PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\n-----END OPENSSH PRIVATE KEY-----\n";

let browser, server;

before(async () => {
  browser = await launch();
  server = await start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Somebody in a browser, on a page; what is copied can be read again. */
async function open(person, path, expected = []) {
  const opened = await openPage(browser, server, { expected });
  await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await enter(opened.page, person, path);
  await settled(opened.page);
  return opened;
}

const add = (person, name, publicKey) => person.client.post("/v1/account/ssh-keys", { name, publicKey });
const copied = (page) => page.evaluate(() => navigator.clipboard.readText());
const field = (page) => page.getByRole("textbox", { name: "Public key" });
const refusal = (page, words) => page.locator(".refusal").getByText(words);

/** Puts a text in as a paste does. */
const paste = (page, text) => page.keyboard.insertText(text);

test("a key is added, copied and removed by keyboard alone", async () => {
  const ana = await signUp(server, "Ana");
  const { page, problems } = await open(ana, "/teams");
  await page.keyboard.press("Control+k");
  await focusBecomes(page, /^Go to a page or action/);
  await page.keyboard.type("add an ssh key");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Add SSH key" }).waitFor();
  await focusBecomes(page, /^Public key/);
  const line = sshKey("ana@laptop");
  await paste(page, `${line}\n`);
  await page.getByText("Ed25519, 256 bits").waitFor();
  await page.keyboard.press("Tab");
  await focusBecomes(page, /^Name/);
  const name = page.getByRole("textbox", { name: "Name" });
  assert.equal(await name.inputValue(), "ana@laptop");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Work laptop");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForURL(`**${PAGE}`);
  const row = page.getByRole("row", { name: /^Work laptop/ });
  await row.getByText("Ed25519 · 256 bits").waitFor();
  await page.getByText("Work laptop is added").waitFor({ state: "attached" });
  const [key] = succeeded(await ana.client.get("/v1/account/ssh-keys"), 200);
  await row.getByText(key.fingerprint).waitFor();
  assert.equal(key.publicKey, line.split(" ").slice(0, 2).join(" "));
  const mail = await lastMail(server, ana.email, ({ subject }) => subject === "An SSH key was added");
  assert.ok(mail.text.includes(key.fingerprint));

  await row.getByRole("button", { name: "Actions for Work laptop" }).focus();
  await page.keyboard.press("Enter");
  await focusBecomes(page, /^Copy public key/);
  await page.keyboard.press("Enter");
  await page.locator("main").getByText("The public key “Work laptop” is copied.").waitFor();
  assert.equal(await copied(page), `${key.publicKey} Work laptop`);
  await focusBecomes(page, /^Actions for Work laptop/);
  await page.keyboard.press("Enter");
  await focusBecomes(page, /^Copy public key/);
  await page.keyboard.press("ArrowUp");
  await focusBecomes(page, /^Remove/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Remove Work laptop?" }).waitFor();
  await focusBecomes(page, /^Cancel/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No SSH keys yet" }).waitFor();
  await page.waitForURL(`**${PAGE}`);
  const left = await ana.client.get("/v1/account/ssh-keys");
  assert.deepEqual(succeeded(left, 200), []);
  assert.deepEqual(problems, []);
});

test("a private key leaves its field at once, and nothing of it leaves the page", async () => {
  const bo = await signUp(server, "Bo");
  const { page, problems } = await open(bo, `${PAGE}/new`);
  const sent = [];
  page.on("request", (request) => sent.push(request.postData() ?? ""));
  await focusBecomes(page, /^Public key/);
  await paste(page, PRIVATE);
  await refusal(page, /^This is a private key\. It was not stored\./).waitFor();
  assert.equal(await field(page).inputValue(), "");
  assert.equal(await field(page).getAttribute("aria-invalid"), "true");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Add SSH key", exact: true }).click();
  await refusal(page, /^This is a private key/).waitFor();
  // Once more: the warning is not only for the first time.
  await field(page).fill(PRIVATE);
  await page.waitForFunction(() => document.querySelector("textarea").value === "");
  assert.ok(!sent.some((body) => body.includes("PRIVATE") || body.includes("b3BlbnNzaC1rZXktdjE")));
  await field(page).fill(sshKey());
  await page.getByText("Ed25519, 256 bits").waitFor();
  await refusal(page, /private key/).waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

test("each thing that is wrong is said at its field, also what only the server knows", async () => {
  const cyd = await signUp(server, "Cyd");
  const line = sshKey("cyd@desk");
  succeeded(await add(cyd, "Desk", line), 201);
  const { page, problems } = await open(cyd, `${PAGE}/new`, [/409/]);
  const submit = page.getByRole("button", { name: "Add SSH key", exact: true });
  await submit.click();
  await refusal(page, /^Paste a public key/).waitFor();
  await refusal(page, "Enter a name.").waitFor();
  await focusBecomes(page, /^Public key/);
  await field(page).fill(`no-pty ${line}`);
  await refusal(page, /^Options are not taken/).waitFor();
  await field(page).fill(line.slice(0, 59));
  await refusal(page, /^This key is cut short/).waitFor();
  await field(page).fill(line);
  await page.getByText("Ed25519, 256 bits").waitFor();
  await submit.click();
  await refusal(page, "You have this key already: it is called “Desk”.").waitFor();
  await focusBecomes(page, /^Public key/);
  assert.deepEqual(problems, []);
});

test("all keys are copied as lines of authorized_keys", async () => {
  const dora = await signUp(server, "Dora");
  const keys = [];
  for (const name of ["Desk", "Laptop"]) keys.unshift(succeeded(await add(dora, name, sshKey()), 201));
  const { page, problems } = await open(dora, PAGE);
  await page.getByRole("button", { name: "Copy authorized_keys" }).click();
  await page.getByText("Copied", { exact: true }).first().waitFor();
  const text = await copied(page);
  assert.equal(text, keys.map(({ publicKey, name }) => `${publicKey} ${name}\n`).join(""));
  // A row's menu copies what `ssh-keygen -l` prints.
  await choose(page, "Actions for Desk", "Copy fingerprint");
  await page.locator("main").getByText("The fingerprint of “Desk” is copied.").waitFor();
  assert.equal(await copied(page), keys[1].fingerprint);
  let print;
  try {
    print = execFileSync("ssh-keygen", ["-l", "-f", "-"], { input: text, encoding: "utf8" });
  } catch (error) {
    assert.equal(error.code, "ENOENT", "ssh-keygen is missing, or takes the lines");
  }
  if (print !== undefined) assert.deepEqual(print.trim().split("\n").map((row) => row.split(" ")[1]), keys.map(({ fingerprint }) => fingerprint));
  assert.deepEqual(problems, []);
});
