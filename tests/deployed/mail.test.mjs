// Mail of what would be deployed goes through the binding. The development Worker keeps a mailbox of its own, so nothing
// else sees this way. wrangler writes each letter into files, and prints the rest of it and where they are.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { until } from "../support/http.mjs";
import { signUpUnconfirmed } from "../support/people.mjs";
import { start } from "../support/server.mjs";

const SENDER = "guildhall@example.com";
const SITE = "https://guildhall.example";

let server;

before(async () => (server = await start({ vars: { MAIL_FROM: SENDER, PUBLIC_URL: SITE } })));
after(() => server?.stop());

test("a letter leaves by the binding, with sender, recipient, subject, text and HTML", async () => {
  const ana = await signUpUnconfirmed(server, "Ana");
  const said = (name) => new RegExp(`^${name}: (.+)$`, "m").exec(server.logs())?.[1];
  await until(() => said("HTML"), "no letter was written");
  assert.equal(said("From"), SENDER);
  assert.equal(said("To"), ana.email);
  assert.equal(said("Subject"), "Confirm your email address");
  const [text, html] = await Promise.all(["Text", "HTML"].map((part) => readFile(said(part), "utf8")));
  const link = new RegExp(`${SITE}/confirm-email#token=[A-Za-z0-9._~-]+`);
  assert.match(text, link);
  assert.match(html, link);
  assert.match(html, /<html/);
});
