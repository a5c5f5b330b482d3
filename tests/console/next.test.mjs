// Where one goes on to after signing in: pages of this console only, kept on every way in, and never told to a server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "../support/browser.mjs";
import { Client, lastMail, mailedLink, tokenIn } from "../support/http.mjs";
import { fresh, makeTeam, signUp, signUpUnconfirmed, succeeded } from "../support/people.mjs";
import { start } from "../support/server.mjs";
import { enter, focusBecomes, heading, settled, signInByHand } from "./walk.mjs";

const PASSWORD = "seven lamps on a pier";
const SECURITY = "/account/settings/security";

let browser, server, ana;

before(async () => {
  browser = await launch();
  server = await start();
  ana = await signUp(server, "Ana");
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** What may stand for `next` in an address, as it is written there, by kind. */
const hostile = () => {
  const { host, port } = new URL(server.url);
  return [
    "%09 %0a %0d %0D%0A %5C".split(" ").map((mark) => `%2F${mark}%2Fevil.example`),
    ["%2F%2509%2Fevil.example", "%252F%252Fevil.example", "%2F%252F%252Fevil.example"],
    ["%2F%2Fevil.example", "%5C%5Cevil.example", "%2F%5Cevil.example", "%09%2F%2Fevil.example"],
    ["https%3A%2F%2Fevil.example%2Fteams", "https%3Aevil.example"],
    [`http%3A%2F%2F${encodeURIComponent(host)}%40evil.example%2Fteams`, `http%3A%2F%2Flocalhost%3A${Number(port) + 1}%2Fteams`],
    ["javascript%3Aalert(1)", "java%0ascript%3Aalert(1)"],
    ["%2F..%2F%2Fevil.example%2Fteams", "%2F.%2F%2Fx", "%2F..%2F%2Fx"],
    ["%2Fv1%2Fauth%2Fsession", "%2Fsign-in", "%2Fsign-in%23next%3D%2Fsign-in"],
    ["%E0%A4"],
  ];
};

/** Everything that this profile asks any server for; nothing but the console's own is answered. */
async function watched(options = {}) {
  const opened = await openPage(browser, server, options);
  const asked = [];
  opened.context.on("request", (request) => {
    asked.push(`${request.method()} ${request.url()} ${request.headers().referer ?? ""}`);
  });
  await opened.context.route((url) => url.origin !== server.url && /^http/.test(url.protocol), (route) => route.abort());
  const foreign = () => asked.filter((line) => !line.split(" ")[1].startsWith(`${server.url}/`) && /^\w+ http/.test(line));
  return { ...opened, asked, foreign };
}

/** One's own workspace, in a program that has not stopped. */
async function atHome(page, next) {
  await page.waitForURL((url) => url.pathname === `/${ana.username}/settings/profile`, { timeout: 15_000 }).catch((error) => {
    throw new Error(`${next} led to ${page.url()}: ${error.message}`);
  });
  await heading(page, "General").waitFor();
  assert.ok(await page.locator("#crash").isHidden(), next);
}

test("a hostile address leads whoever is signed in to their own workspace", async () => {
  const { page, problems, foreign } = await watched();
  await enter(page, ana, "/teams");
  for (const next of hostile().flat()) {
    for (const mark of ["?", "#"]) {
      await page.goto(`/sign-in${mark}next=${next}`);
      await atHome(page, next);
    }
  }
  assert.deepEqual(foreign(), []);
  assert.deepEqual(problems, []);
});

// The rule is the same, and is held in `shared/src/destination.rs`: one of each kind.
test("a hostile address leads whoever signs in to their own workspace", async () => {
  for (const [next] of hostile()) {
    const { page, problems, foreign, context } = await watched();
    await page.goto(`/sign-in?next=${next}`);
    await heading(page, "Sign in").waitFor();
    await signInByHand(page, ana);
    await atHome(page, next);
    assert.deepEqual(foreign(), []);
    assert.deepEqual(problems, []);
    await context.close();
  }
});

test("a path of two slashes is a page that is not there, and leads on", async () => {
  const { page, problems, foreign } = await watched();
  await enter(page, ana, "/teams");
  for (const path of ["//x", "/..//x", "//evil.example/teams"]) {
    await page.goto(`${server.url}${path}`);
    if (!(await page.locator("#main").count())) continue; // the server has no such page
    await settled(page);
    assert.ok(await page.locator("#crash").isHidden(), path);
  }
  assert.deepEqual(foreign(), []);
  assert.deepEqual(problems.filter((line) => !/404/.test(line)), []);
});

test("the page that was asked for comes after every way in, with its query and what stands behind its #", async () => {
  const wanted = `/${ana.username}/settings/api-keys?of=team#later`;
  const { page, problems } = await watched();
  // As older addresses have it.
  await page.goto(`/sign-in?next=${encodeURIComponent(wanted)}`);
  await page.waitForURL((url) => url.search === "" && url.hash.startsWith("#next="));
  await page.getByRole("link", { name: "Create an account" }).click();
  await heading(page, "Create an account").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
  await heading(page, "Sign in").waitFor();
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await heading(page, "Reset your password").waitFor();
  await page.reload();
  await page.getByRole("link", { name: "Back to sign in" }).click();
  await heading(page, "Sign in").waitFor();
  await signInByHand(page, ana);
  await page.waitForURL(server.url + wanted);
  assert.deepEqual(problems, []);
});

test("whoever signs up comes to the page that was asked for", async () => {
  const { page, problems } = await watched();
  await page.goto(SECURITY);
  await heading(page, "Sign in").waitFor();
  await page.getByRole("link", { name: "Create an account" }).click();
  await heading(page, "Create an account").waitFor();
  const name = fresh("new");
  await page.getByLabel("Email", { exact: true }).fill(`${name}@example.test`);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(PASSWORD);
  await page.getByLabel("Username", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL(server.url + SECURITY);
  await heading(page, "Security").waitFor();
  assert.deepEqual(problems, []);
});

/** Walks from a mailed link, and loads each page once more on the way. */
async function reloaded(page, title) {
  await heading(page, title).waitFor();
  await page.reload();
  await heading(page, title).waitFor();
}

test("no token of a mail is ever asked for or told as where one comes from", async () => {
  const host = await signUp(server, "Host");
  const team = await makeTeam(host);
  const tokens = [];
  const seen = [];
  const invited = async (email) => {
    succeeded(await host.client.post(`/v1/teams/${team.id}/invitations`, { emails: [email], isAdmin: false }), 201);
    const token = tokenIn(await lastMail(server, email, (mail) => /invit/i.test(mail.subject + mail.text)));
    tokens.push(token);
    return `/invitations/accept#token=${token}`;
  };
  const walk = async (link, steps, expected = []) => {
    tokens.push(link.split("#token=")[1]);
    const { page, asked, problems, context } = await watched({ expected });
    await page.goto(link);
    await steps(page);
    await settled(page);
    seen.push(...asked);
    assert.deepEqual(problems, []);
    await context.close();
  };
  const click = (page, name, role = "button") => page.getByRole(role, { name, exact: true }).first().click();

  // An invitation, through sign-in and the page of a new account, to its button.
  const bo = await signUp(server, "Bo");
  await walk(await invited(bo.email), async (page) => {
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await page.reload();
    await click(page, "Sign in", "link");
    await reloaded(page, "Sign in");
    await click(page, "Create an account", "link");
    await reloaded(page, "Create an account");
    await click(page, "Sign in", "link");
    await reloaded(page, "Sign in");
    await signInByHand(page, bo);
    await page.getByRole("button", { name: "Accept invitation" }).waitFor();
    await page.reload();
    await click(page, "Accept invitation");
    await heading(page, "General").waitFor();
  });
  // Another, by whoever has no account yet.
  const dan = fresh("dan");
  await walk(await invited(`${dan}@example.test`), async (page) => {
    await click(page, "Create an account", "link");
    await reloaded(page, "Create an account");
    await page.getByLabel("Email", { exact: true }).fill(`${dan}@example.test`);
    await page.getByRole("textbox", { name: "Password", exact: true }).fill(PASSWORD);
    await page.getByLabel("Username", { exact: true }).fill(dan);
    await click(page, "Create account");
    await page.getByRole("button", { name: "Accept invitation" }).waitFor();
    await page.reload();
    await click(page, "Accept invitation");
    await heading(page, "General").waitFor();
  });
  // A confirmation, through sign-in.
  const eve = await signUpUnconfirmed(server, "Eve");
  await walk(await mailedLink(server, eve.email, "/confirm-email"), async (page) => {
    await reloaded(page, "Confirm your email");
    await click(page, "Sign in to confirm");
    await reloaded(page, "Sign in");
    await signInByHand(page, eve);
    await reloaded(page, "Confirm your email");
    await click(page, "Confirm this email");
    await heading(page, "Email confirmed").waitFor();
  });
  // A reset, and the lock that many of them bring.
  for (let times = 0; times < 5; times += 1) succeeded(await new Client(server).post("/v1/auth/password-reset", { email: eve.email }), 202);
  await walk(await mailedLink(server, eve.email, "/unlock"), async (page) => {
    await reloaded(page, "Unlock your account");
    await click(page, "Unlock");
    await heading(page, "Unlocked").waitFor();
    await click(page, "Sign in", "link");
    await reloaded(page, "Sign in");
  });
  await walk(await mailedLink(server, eve.email, "/reset-password"), async (page) => {
    await reloaded(page, "Choose a new password");
    await page.getByRole("textbox", { name: "New password" }).fill(PASSWORD);
    await click(page, "Set password");
    await reloaded(page, "Sign in");
  });
  // A changed email that is undone.
  const fay = await signUp(server, "Fay");
  const other = `${fresh("fay")}@example.test`;
  succeeded(await fay.client.post("/v1/account/email", { email: other }), 202);
  const confirm = await mailedLink(server, other, "/confirm-email");
  tokens.push(confirm.split("#token=")[1]);
  succeeded(await fay.client.post("/v1/auth/confirm-email", { token: confirm.split("#token=")[1] }), 204);
  await walk(await mailedLink(server, fay.email, "/email-undo"), async (page) => {
    await reloaded(page, "Undo the change of your email");
    await page.getByRole("textbox", { name: "New password" }).fill(PASSWORD);
    await click(page, "Undo the change");
    await heading(page, "Your account is yours again").waitFor();
    await click(page, "Sign in", "link");
    await reloaded(page, "Sign in");
  });
  // An account that is left and comes back.
  const gil = await signUp(server, "Gil");
  succeeded(await gil.client.post("/v1/account/deactivation", { username: gil.username }), 202);
  await walk(await mailedLink(server, gil.email, "/come-back"), async (page) => {
    await reloaded(page, "Restore account");
    await click(page, "Restore account");
    await heading(page, "Welcome back").waitFor();
    await click(page, "Sign in", "link");
    await reloaded(page, "Sign in");
  });

  assert.ok(seen.length > 100 && tokens.length >= 8);
  assert.ok(tokens.every((token) => /^[0-9a-z]{20,}$/.test(token)), String(tokens));
  assert.deepEqual(seen.filter((line) => tokens.some((token) => decodeURIComponent(line).includes(token))), []);
});

test("another link that is opened in the tab is the one that the page is about", async () => {
  const LINKS = [
    ["/confirm-email", "Confirm this email", "**/v1/auth/confirm-email"],
    ["/reset-password", "Set password", "**/v1/auth/password-reset"],
    ["/email-undo", "Undo the change", "**/v1/auth/email-undo"],
    ["/unlock", "Unlock", "**/v1/auth/unlock"],
    ["/come-back", "Restore account", "**/v1/auth/come-back"],
    ["/invitations/accept", "Accept invitation", "**/v1/invitations/accept"],
  ];
  const { page, problems } = await watched({ expected: [/40[0-9]/] });
  await enter(page, ana, "/teams");
  await page.route("**/v1/auth/mailed-link", (call) =>
    call.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify({ email: `${JSON.parse(call.request().postData()).token}@example.test` }) }),
  );
  const offer = { email: ana.email, isAdmin: false, dtExpires: "2099-01-01T00:00:00.000Z", invitedBy: "Bo", team: { id: "t0aaaaaaaaaa", name: "Core", namespace: "core" } };
  await page.route("**/v1/invitations/preview", (call) => call.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify(offer) }));
  for (const [path, verb, route] of LINKS) {
    const sent = [];
    await page.route(route, (call) => {
      sent.push(JSON.parse(call.request().postData()).token);
      return call.fulfill({ status: 400, contentType: "application/json", body: JSON.stringify({ code: "BAD_REQUEST", message: "Over." }) });
    });
    const press = async (token) => {
      const password = page.getByRole("textbox", { name: "New password" });
      if (await password.count()) {
        // Whose it is comes with the link.
        assert.equal(await page.getByLabel("Email", { exact: true }).inputValue(), `${token}@example.test`);
        await password.fill(PASSWORD);
      }
      await page.getByRole("button", { name: verb, exact: true }).click();
      await page.getByRole("alert").getByText("Over.").waitFor();
      // The form moves the focus in the frame after that.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    };
    await page.goto(`${path}#token=one`);
    await page.getByRole("button", { name: verb, exact: true }).waitFor();
    await press("one");
    // As pasted into the address bar: the browser loads nothing.
    await page.evaluate(() => (globalThis.__same = true));
    await page.goto(`${path}#token=two`);
    assert.ok(await page.evaluate(() => globalThis.__same), path);
    // What the first one said is gone.
    await page.getByRole("alert").waitFor({ state: "detached" });
    await press("two");
    // To the content, which is a place in the page and no link.
    await page.getByRole("link", { name: "Skip to content" }).press("Enter");
    await focusBecomes(page, new RegExp(verb));
    assert.match(page.url(), /#token=two$/);
    await page.goto(`${path}#main`);
    await page.getByRole("button", { name: verb, exact: true }).waitFor();
    await page.goto(`${path}#token=`);
    await page.getByText("This link is incomplete.").waitFor();
    assert.deepEqual(sent, ["one", "two"], path);
    await page.unroute(route);
  }
  assert.deepEqual(problems, []);
});
