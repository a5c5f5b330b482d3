// Each refusal that a person can meet stands in its place, in the server's words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, lastMail, tokenIn } from "../support/http.mjs";
import { fresh, join, makeTeam, signUp, signUpUnconfirmed, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { choose, enter, focusBecomes, heading, settled } from "./walk.mjs";

let browser, server, ana, bo, team;

before(async () => {
  browser = await launch();
  server = await start();
  [ana, bo] = [await signUp(server, "Ana"), await signUp(server, "Bo")];
  team = await makeTeam(ana);
  await join(ana, team, bo);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const expected = [/4\d\d/];

/** A page of its own for each person in each test. */
async function as(person, path) {
  const opened = await openPage(browser, server, { expected });
  if (person) await enter(opened.page, person, path);
  else await opened.page.goto(path);
  return opened;
}

async function invite(email, isAdmin = false) {
  succeeded(await ana.client.post(`/v1/teams/${team.id}/invitations`, { emails: [email], isAdmin }), 201);
  return tokenIn(await lastMail(server, email, (mail) => /invit/i.test(mail.subject + mail.text)));
}

test("sign-up refuses in each field, and the first bad one has the focus", async () => {
  const { page, problems } = await as(null, "/sign-up");
  await page.getByLabel("Email", { exact: true }).fill("ana");
  await page.getByLabel("Username").fill("account");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("password1234");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByText("Enter an email address such as ana@example.com.").waitFor();
  await page.getByText("This name is reserved. Choose another.").waitFor();
  await page.getByText("This password is too common.").waitFor();
  await focusBecomes(page, /^Email/);
  assert.equal(await page.getByLabel("Username").getAttribute("aria-invalid"), "true");

  // What only the server knows.
  await page.getByLabel("Email", { exact: true }).fill(`${fresh("eve")}@example.test`);
  await page.getByLabel("Username").fill(ana.username);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("seven lamps on a pier");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator(".refusal, .notice.danger").first().waitFor();
  assert.equal(await page.getByLabel("Username").inputValue(), ana.username);
  assert.deepEqual(problems, []);
});

test("a team's taken or reserved namespace is refused at its field", async () => {
  const { page, problems } = await as(ana, "/teams/new");
  await page.getByLabel("Name", { exact: true }).fill("Élan & Sons");
  assert.equal(await page.getByLabel("Namespace").inputValue(), "elan-sons");
  await page.getByLabel("Namespace").fill("support");
  await page.getByRole("button", { name: "Create team" }).click();
  await page.getByText("This name is reserved. Choose another.").waitFor();
  await page.getByLabel("Namespace").fill(team.namespace);
  await page.getByRole("button", { name: "Create team" }).click();
  await page.waitForFunction(() => /taken|another/i.test(document.querySelector(".refusal")?.textContent ?? ""));
  await focusBecomes(page, /^Namespace/);
  assert.deepEqual(problems, []);
});

test("an invitation keeps the address that is wrong with its sentence, and sends the others", async () => {
  const { page, problems } = await as(ana, `/${team.namespace}/settings/members/invite`);
  const field = page.getByLabel("Email addresses");
  const kim = `${fresh("kim")}@example.test`;
  await field.fill(`Kim Ray <${kim}>; nonsense, ${bo.email}`);
  await page.getByRole("button", { name: "Send invitations" }).click();
  await page.getByText("nonsense: Enter an email address such as ana@example.com.").waitFor();
  await page.getByText(`${bo.email}: They are a member, are invited already, or got many invitations today.`).waitFor();
  assert.equal(await field.inputValue(), `nonsense\n${bo.email}`);
  await lastMail(server, kim, (mail) => /invit/i.test(mail.subject + mail.text));
  await field.fill(bo.email);
  await page.getByRole("button", { name: "Send invitations" }).click();
  await page.locator(".refusal, .notice.danger").first().waitFor();
  assert.equal(await field.inputValue(), bo.email);
  assert.deepEqual(problems, []);
});

test("a secret's name is checked before and after it is sent", async () => {
  succeeded(await ana.client.post(`/v1/teams/${team.id}/secrets`, { name: "TAKEN", value: "x" }), 201);
  const { page, problems } = await as(ana, `/${team.namespace}/settings/secrets/new`);
  await page.getByLabel("Name", { exact: true }).fill("1ST");
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.getByText("A secret's name starts with a letter").waitFor();
  await page.getByText("A secret's value has 1 to 8192 characters.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("TAKEN");
  await page.getByLabel("Value", { exact: true }).fill("y");
  await page.getByRole("button", { name: "Add secret" }).click();
  await page.locator(".refusal").waitFor();
  await focusBecomes(page, /^Name/);
  assert.deepEqual(problems, []);
});

test("a member reads why not, where an admin would act", async () => {
  const { page, problems } = await as(bo, `/${team.namespace}/settings/members`);
  const button = page.getByRole("button", { name: "Invite people" });
  assert.equal(await button.getAttribute("aria-disabled"), "true");
  await page.getByText("Only admins invite people. Ask an admin of this team.").waitFor();
  await page.getByRole("button", { name: "Actions for Ana" }).click();
  await page.getByRole("menuitem", { name: "Only admins change roles" }).waitFor();
  await page.keyboard.press("Escape");
  await page.goto(`/${team.namespace}/settings/audit`);
  await page.getByText("Only admins read the audit log. Ask an admin of this team.").waitFor();
  await page.goto(`/${team.namespace}/settings/api-keys?of=team`);
  await page.getByText("Only admins see and revoke other members' API keys.").waitFor();
  assert.deepEqual(problems, []);
});

test("the owner reads why nobody removes them", async () => {
  const { page, problems } = await as(ana, `/${team.namespace}/settings/members`);
  await page.getByRole("button", { name: "Actions for Ana" }).click();
  await page.getByRole("menuitem", { name: "The owner is always an admin" }).waitFor();
  await page.keyboard.press("Escape");
  await page.goto(`/${team.namespace}/settings/profile`);
  await page.getByText("You own this team, and a team is never without its owner.").waitFor();
  assert.deepEqual(problems, []);
});

test("an invitation says who asks for what, explains each mismatch and offers the way out", async () => {
  // Another account than the one invited.
  const dora = await signUp(server, "Dora");
  const token = await invite(dora.email);
  const wrong = await as(bo, `/invitations/accept#token=${token}`);
  await wrong.page.getByText(`This invitation was sent to ${dora.email}.`).waitFor();
  assert.equal(await wrong.page.getByRole("button", { name: "Accept invitation" }).count(), 0);
  await wrong.page.getByRole("button", { name: "Switch account" }).click();
  await heading(wrong.page, "Sign in").waitFor();

  // Nobody: sign in first, then right back.
  const nobody = await as(null, `/invitations/accept#token=${token}`);
  await nobody.page.getByText(/Ana invited you to .* as a member\./).waitFor();
  await nobody.page.getByText(`Sign in or sign up with ${dora.email} to join.`).waitFor();
  await nobody.page.getByRole("link", { name: "Sign in" }).click();
  await nobody.page.getByLabel("Email", { exact: true }).fill(dora.email);
  await nobody.page.getByRole("textbox", { name: "Password", exact: true }).fill(dora.password);
  await nobody.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await nobody.page.getByRole("button", { name: "Accept invitation" }).click();
  await nobody.page.waitForURL(`**/${team.namespace}/settings/profile`);

  // Used.
  const used = await as(dora, `/invitations/accept#token=${token}`);
  await used.page.getByRole("alert").getByText("This invitation has been accepted already.").waitFor();

  // Unconfirmed.
  const eve = await signUpUnconfirmed(server, "Eve");
  const early = await as(eve, `/invitations/accept#token=${await invite(eve.email)}`);
  await early.page.getByRole("button", { name: "Accept invitation" }).click();
  await early.page.getByRole("alert").waitFor();
  await early.page.getByRole("button", { name: "Resend email" }).click();
  await early.page.getByText("Email sent.").waitFor();

  // Incomplete.
  const cut = await as(dora, "/invitations/accept");
  await cut.page.getByText("This link is incomplete.").waitFor();
  assert.deepEqual([wrong, nobody, used, early, cut].flatMap(({ problems }) => problems), []);
});

test("an invitation is declined from its mail without an account, and from any page by who it is for", async () => {
  const gil = `${fresh("gil")}@example.test`;
  const mailed = await as(null, `/invitations/accept#token=${await invite(gil)}`);
  await mailed.page.getByRole("button", { name: "Decline" }).click();
  await mailed.page.getByText("You declined the invitation to").waitFor();
  const hal = await signUp(server, "Hal");
  await invite(hal.email, true);
  const listed = await as(hal, "/account/settings/profile");
  const bar = listed.page.getByRole("region", { name: "Your invitations" });
  await bar.getByText(/Ana invited you to /).waitFor();
  await bar.getByRole("link", { name: "View" }).click();
  await listed.page.getByText(/Ana invited you to .* as an admin\./).waitFor();
  await listed.page.getByRole("button", { name: "Decline" }).click();
  await listed.page.getByText(/Ana invited you to/).waitFor({ state: "detached" });
  await listed.page.goto("/account/settings/profile");
  await heading(listed.page, "Profile").waitFor();
  assert.equal(await bar.count(), 0);
  assert.deepEqual([mailed, listed].flatMap(({ problems }) => problems), []);
});

test("somebody whose address was used says that it wasn't them", async () => {
  const mallory = await signUpUnconfirmed(server, "Mallory");
  const token = tokenIn(await lastMail(server, mallory.email));
  const { page, problems } = await as(null, `/confirm-email#token=${token}`);
  await page.getByRole("button", { name: "This wasn't me" }).click();
  await heading(page, "Thank you").waitFor();
  const answer = await new Client(server).post("/v1/auth/sign-in", { email: mallory.email, password: mallory.password });
  assert.notEqual(answer.status, 200);
  assert.deepEqual(problems, []);
});

test("whoever was slower learns that somebody else has changed the profile", async () => {
  const { page, problems } = await as(ana, `/${team.namespace}/settings/profile`);
  await settled(page);
  succeeded(await ana.client.patch(`/v1/teams/${team.id}`, { location: "Oslo" }), 200);
  await page.getByLabel("Location").fill("Lima");
  await page.getByRole("button", { name: "Save profile" }).click();
  await page.getByRole("button", { name: "Load latest" }).waitFor();
  assert.equal(await page.getByLabel("Location").inputValue(), "Lima");
  assert.deepEqual(problems, []);
});

test("leaving with changes asks first", async () => {
  const { page, problems } = await as(ana, `/${team.namespace}/settings/profile`);
  await page.getByLabel("Location").fill("Rome");
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByRole("heading", { name: "Leave without saving?" }).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await page.getByLabel("Location").inputValue(), "Rome");
  await page.getByRole("link", { name: "Members" }).click();
  await page.getByRole("button", { name: "Leave", exact: true }).click();
  await heading(page, "Members").waitFor();
  assert.deepEqual(problems, []);
});

test("a secret is deleted only after its name is typed", async () => {
  succeeded(await ana.client.post(`/v1/teams/${team.id}/secrets`, { name: "OLD", value: "x" }), 201);
  const { page, problems } = await as(ana, `/${team.namespace}/settings/secrets`);
  await choose(page, "Actions for OLD", "Delete");
  await focusBecomes(page, /^Cancel/);
  await page.getByRole("button", { name: "Delete secret" }).click();
  await page.getByText("Type OLD to confirm.", { exact: true }).waitFor();
  await page.getByLabel("Type OLD to confirm").fill("OLD");
  await page.getByRole("button", { name: "Delete secret" }).click();
  await page.getByRole("rowheader", { name: "OLD" }).waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});
