// Every page of the console with its states and dialogs: what axe looks at and what pictures are taken of.
import { answered } from "../support/browser.mjs";
import { enter, moveWithin, settled, still } from "./walk.mjs";
import { RSA } from "./world.mjs";

const team = (page) => (world) => `/${world.core.namespace}/settings/${page}`;
const empty = (page) => (world) => `/${world.empty.namespace}/settings/${page}`;
const fixed = (path) => () => path;
const failing = (pattern) => (page) =>
  page.route(pattern, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/json",
      headers: { "x-request-id": "7f3a9c2e41" },
      body: JSON.stringify({ code: "INTERNAL_SERVER_ERROR", message: "The server failed. Try again in a moment." }),
    }),
  );
const answering = (pattern, status, body) => (page) =>
  page.route(pattern, (route) => route.fulfill({ status, contentType: "application/json", body: body ? JSON.stringify(body) : undefined }));
const newPassword = (text, verb) => async (page) => {
  await page.getByRole("textbox", { name: "New password" }).fill(text);
  if (verb) await page.getByRole("button", { name: verb, exact: true }).last().click();
};
const publicKey = (text) => (page) => page.getByRole("textbox", { name: "Public key" }).fill(text);
const press = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
const TAKEN = {
  email: "ana@example.com",
  removed: [
    { kind: "email", name: "somebody-with-a-rather-long-name@mail.example.org" },
    { kind: "passkey", name: "Phone" },
    { kind: "authenticatorApp" },
    { kind: "recoveryCodes" },
    { kind: "sshKey", name: "Laptop" },
    { kind: "apiKey", name: "Nightly build (Renderer Core)" },
  ],
  restored: [{ kind: "authenticatorApp" }, { kind: "recoveryCodes" }],
};
const CHALLENGE = { challengeId: "abc", methods: ["totp", "recovery"], dtExpires: "2036-11-21T12:00:00.000Z" };
const LOCKED = { code: "TOO_MANY_REQUESTS", message: "Too many wrong codes. Try again in 15 minutes." };
const secondStep = async (page) => {
  await page.getByLabel("Email", { exact: true }).fill("ana@example.com");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("seven lamps on a pier");
  await press("Sign in")(page);
  await page.getByRole("heading", { name: "Enter a code" }).waitFor();
};
const RECOVERY_CODES = Array.from({ length: 10 }, (_, at) => `7k3m${at}-x2v4${at}`);
const recoveryCodes = async (page) => {
  await page.route("**/v1/account/totp", (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({ status: 200, contentType: "application/json", body: JSON.stringify({ recoveryCodes: RECOVERY_CODES }) })
      : route.continue(),
  );
};
const firstCode = async (page) => {
  await page.getByLabel("Code that the app shows").fill("123456");
  await press("Turn on")(page);
  await page.getByText("Done").waitFor();
};
const BY_PASSKEY = { ...CHALLENGE, methods: ["passkey", "recovery"], passkey: { challenge: "AA", timeout: 1, rpId: "localhost", allowCredentials: [], userVerification: "required" } };
const byPasskey = async (page) => {
  await page.getByLabel("Email", { exact: true }).fill("ana@example.com");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill("seven lamps on a pier");
  await press("Sign in")(page);
  await page.getByRole("heading", { name: "Use your passkey" }).waitFor();
};
const SUSPECT = [{ id: "y0aaaaaaaaaa", name: "Phone", isBackedUp: true, isSuspect: true, dtCreated: "2026-11-21T12:00:00.000Z", dtLastUsed: "2026-11-21T12:00:00.000Z" }];
const FEW = { isTotpEnabled: true, dtTotpEnabled: "2026-11-21T12:00:00.000Z", recoveryCodesLeft: 2, dtRecoveryCodesMade: "2026-11-21T12:00:00.000Z", methods: ["totp", "recovery"] };
const askingWhoItIs = (page) =>
  page.route("**/v1/account/password", (route) =>
    route.fulfill({
      status: 401,
      contentType: "application/json",
      headers: { "www-authenticate": 'Session error="insufficient_user_authentication", max_age=900' },
      body: JSON.stringify({ code: "UNAUTHORIZED", message: "Prove it." }),
    }),
  );
const open = (name, role = "button") => async (page) => {
  await page.getByRole(role, { name }).first().click();
  await page.waitForTimeout(300);
};

/**
 * `person` is who looks, `before` what is made ready for them, `act` what they do there first, `layer` that a dialog
 * lies over the page. `anew` wants a page that shows nothing yet; so does whatever comes after an `act`, which may have
 * left something behind.
 */
export const places = [
  { name: "sign-in", path: fixed("/sign-in") },
  { name: "sign-in-refused", path: fixed("/sign-in"), act: press("Sign in") },
  { name: "sign-in-code", path: fixed("/sign-in"), before: answering("**/v1/auth/sign-in", 202, CHALLENGE), act: secondStep },
  {
    name: "sign-in-recovery",
    path: fixed("/sign-in"),
    before: answering("**/v1/auth/sign-in", 202, CHALLENGE),
    act: async (page) => {
      await secondStep(page);
      await press("Use a recovery code instead")(page);
      await press("Sign in")(page);
    },
  },
  {
    name: "sign-in-locked",
    path: fixed("/sign-in"),
    before: async (page) => {
      await answering("**/v1/auth/sign-in", 202, CHALLENGE)(page);
      await answering("**/v1/auth/sign-in/challenge", 429, LOCKED)(page);
    },
    act: async (page) => {
      await secondStep(page);
      await page.getByLabel("Authenticator code").fill("123456");
      await press("Sign in")(page);
    },
  },
  { name: "sign-in-passkey", path: fixed("/sign-in"), before: answering("**/v1/auth/sign-in", 202, BY_PASSKEY), act: byPasskey },
  { name: "sign-up", path: fixed("/sign-up") },
  { name: "sign-up-refused", path: fixed("/sign-up"), act: press("Create account") },
  { name: "confirm-email", path: fixed("/confirm-email#token=abc"), person: "eve" },
  { name: "confirm-email-incomplete", path: fixed("/confirm-email") },
  { name: "confirm-email-change", path: fixed("/confirm-email#token=abc"), person: "kim" },
  { name: "sign-in-after", path: fixed("/sign-in?after=undo") },
  { name: "forgot-password", path: fixed("/forgot-password") },
  { name: "forgot-password-refused", path: fixed("/forgot-password"), act: press("Send the link") },
  {
    name: "forgot-password-sent",
    path: fixed("/forgot-password"),
    before: answering("**/v1/auth/password-reset", 202),
    act: async (page) => {
      await page.getByLabel("Email", { exact: true }).fill("ana@example.com");
      await page.getByRole("button", { name: "Send the link" }).click();
    },
  },
  { name: "reset-password", path: fixed("/reset-password#token=abc"), before: answering("**/v1/auth/mailed-link", 200, { email: "ana@example.com" }), act: newPassword("tk4-mule-pond-gravel-ladder") },
  { name: "reset-password-over", path: fixed("/reset-password#token=abc"), before: answering("**/v1/auth/mailed-link", 200, { email: "ana@example.com" }), act: newPassword("tk4-mule-pond-gravel", "Set password") },
  {
    name: "reset-password-done",
    path: fixed("/reset-password#token=abc"),
    before: answering("**/v1/auth/password-reset", 200, TAKEN),
    act: newPassword("tk4-mule-pond-gravel", "Set password"),
  },
  { name: "reset-password-incomplete", path: fixed("/reset-password") },
  { name: "unlock", path: fixed("/unlock#token=abc") },
  { name: "unlock-refused", path: fixed("/unlock#token=abc"), act: press("Unlock") },
  { name: "unlocked", path: fixed("/unlock#token=abc"), before: answering("**/v1/auth/unlock", 204), act: press("Unlock") },
  { name: "email-undo", path: fixed("/email-undo#token=abc"), before: answering("**/v1/auth/mailed-link", 200, { email: "ana@example.com" }) },
  { name: "email-undo-refused", path: fixed("/email-undo#token=abc"), before: answering("**/v1/auth/mailed-link", 200, { email: "ana@example.com" }), act: newPassword("tk4-mule-pond-gravel", "Undo the change") },
  {
    name: "email-undone",
    path: fixed("/email-undo#token=abc"),
    before: answering("**/v1/auth/email-undo", 200, TAKEN),
    act: newPassword("tk4-mule-pond-gravel", "Undo the change"),
  },
  { name: "take-back", path: fixed("/take-back#token=abc"), before: answering("**/v1/auth/mailed-link", 200, { email: "ana@example.com" }) },
  { name: "take-back-incomplete", path: fixed("/take-back") },
  { name: "take-back-refused", path: fixed("/take-back#token=abc"), before: answering("**/v1/auth/mailed-link", 200, { email: "ana@example.com" }), act: newPassword("tk4-mule-pond-gravel", "Take back account") },
  {
    name: "taken-back",
    path: fixed("/take-back#token=abc"),
    before: answering("**/v1/auth/take-back", 200, { ...TAKEN, restored: [] }),
    act: newPassword("tk4-mule-pond-gravel", "Take back account"),
  },
  { name: "accept-nobody", path: (world) => `/invitations/accept#token=${world.token}` },
  { name: "accept-over", path: fixed("/invitations/accept#token=abc") },
  { name: "accept", path: (world) => `/invitations/accept#token=${world.token}`, person: "ana" },
  { name: "accept-wrong-account", path: (world) => `/invitations/accept#token=${world.token}`, person: "bo" },
  { name: "not-found", path: fixed("/a/b/c/d"), anew: true },
  { name: "workspace-not-found", path: fixed("/nobody-has-this/settings/members"), person: "ana" },
  { name: "unconfirmed", path: (world) => `/${world.eve.username}/settings/profile`, person: "eve" },
  { name: "teams", path: fixed("/teams"), person: "ana" },
  { name: "teams-none", path: fixed("/teams"), person: "eve" },
  { name: "teams-failed", path: fixed("/teams"), person: "ana", before: failing("**/v1/teams") },
  { name: "team-new", path: fixed("/teams/new"), person: "ana" },
  { name: "team-new-refused", path: fixed("/teams/new"), person: "ana", act: press("Create team") },
  { name: "general", path: team("profile"), person: "ana" },
  { name: "general-member", path: team("profile"), person: "bo" },
  { name: "general-leave", layer: true, path: team("profile/leave"), person: "bo" },
  { name: "general-failed", path: team("profile"), person: "ana", before: failing(/\/v1\/teams\/t0\w+$/) },
  { name: "members", path: team("members"), person: "ana" },
  { name: "members-member", path: team("members"), person: "bo" },
  { name: "members-menu", path: team("members"), person: "ana", act: open(/Actions for Bo/) },
  { name: "members-none-match", path: team("members?q=zzz"), person: "ana" },
  { name: "members-failed", path: team("members"), person: "ana", before: failing("**/users?*") },
  { name: "invite", layer: true, path: team("members/invite"), person: "ana" },
  { name: "invite-refused", layer: true, path: team("members/invite"), person: "ana", act: press("Send invitations") },
  { name: "invite-member", layer: true, path: team("members/invite"), person: "bo" },
  { name: "member-role", layer: true, path: (world) => team(`members/${world.bo.session.user.id}/role`)(world), person: "ana" },
  { name: "member-remove", layer: true, path: (world) => team(`members/${world.bo.session.user.id}/remove`)(world), person: "ana" },
  { name: "api-keys", path: team("api-keys"), person: "ana" },
  { name: "api-keys-team", path: team("api-keys?of=team"), person: "ana" },
  { name: "api-keys-member", path: team("api-keys?of=team"), person: "bo" },
  { name: "api-keys-none", path: empty("api-keys"), person: "ana" },
  { name: "api-keys-failed", path: team("api-keys"), person: "ana", before: failing("**/api-keys?*") },
  { name: "api-key-new", layer: true, path: team("api-keys/new"), person: "ana" },
  {
    name: "api-key-once",
    layer: true,
    path: team("api-keys/new"),
    person: "ana",
    act: async (page) => {
      await page.getByLabel("Name", { exact: true }).fill("Once");
      await page.getByRole("button", { name: "Create API key" }).click();
      await page.getByText("Copy your API key").waitFor();
    },
  },
  { name: "api-key-revoke", layer: true, path: (world) => team(`api-keys/${world.key}/revoke`)(world), person: "ana" },
  { name: "secrets", path: team("secrets"), person: "ana" },
  { name: "secrets-member", path: team("secrets"), person: "bo" },
  { name: "secrets-none", path: empty("secrets"), person: "ana" },
  { name: "secrets-failed", path: team("secrets"), person: "ana", before: failing("**/secrets?*") },
  { name: "secret-new", layer: true, path: team("secrets/new"), person: "ana" },
  { name: "secret-new-member", layer: true, path: team("secrets/new"), person: "bo" },
  { name: "secret-value", layer: true, path: team("secrets/DATABASE_URL/value"), person: "ana" },
  { name: "secret-delete", layer: true, path: team("secrets/DATABASE_URL/delete"), person: "ana" },
  { name: "audit", path: team("audit"), person: "ana" },
  { name: "audit-line", layer: true, path: (world) => team(`audit/${world.line}`)(world), person: "ana" },
  { name: "audit-member", path: team("audit"), person: "bo" },
  { name: "audit-failed", path: team("audit"), person: "ana", before: failing("**/audit?*") },
  { name: "account", path: fixed("/account/settings/profile"), person: "ana" },
  { name: "account-failed", path: fixed("/account/settings/profile"), person: "ana", before: failing("**/v1/account") },
  { name: "account-pending", path: fixed("/account/settings/profile"), person: "kim" },
  {
    name: "username-question",
    layer: true,
    path: fixed("/account/settings/profile"),
    person: "bo",
    act: async (page) => {
      await page.getByRole("textbox", { name: "Username" }).fill("somebody-else");
      await page.getByRole("button", { name: "Change username" }).click();
    },
  },
  {
    name: "username-refused",
    path: fixed("/account/settings/profile"),
    person: "bo",
    act: async (page) => {
      await page.getByRole("textbox", { name: "Username" }).fill("support");
      await page.getByRole("button", { name: "Change username" }).click();
    },
  },
  { name: "security", path: fixed("/account/settings/security"), person: "ana" },
  { name: "security-none", path: fixed("/account/settings/security"), person: "ana", before: answering("**/security-log*", 200, []) },
  { name: "security-failed", path: fixed("/account/settings/security"), person: "ana", before: failing("**/security-log*") },
  { name: "password", layer: true, path: fixed("/account/settings/security/password"), person: "ana", act: newPassword("tk4-mule-pond") },
  {
    name: "password-refused",
    layer: true,
    path: fixed("/account/settings/security/password"),
    person: "ana",
    act: newPassword("password1234", "Change password"),
  },
  { name: "security-factor", path: fixed("/account/settings/security"), person: "bo" },
  { name: "security-codes-few", path: fixed("/account/settings/security"), person: "bo", before: answering("**/v1/account/second-factor", 200, FEW) },
  { name: "security-factor-failed", path: fixed("/account/settings/security"), person: "ana", before: failing("**/v1/account/second-factor") },
  { name: "security-suspect", path: fixed("/account/settings/security"), person: "bo", before: answering("**/v1/account/passkeys", 200, SUSPECT) },
  { name: "security-passkeys-failed", path: fixed("/account/settings/security"), person: "bo", before: failing("**/v1/account/passkeys") },
  { name: "passkeys-menu", path: fixed("/account/settings/security"), person: "bo", act: open(/^Actions for Phone/) },
  { name: "passkey-new", layer: true, path: fixed("/account/settings/security/passkeys/new"), person: "ana" },
  {
    name: "passkey-new-refused",
    anew: true,
    layer: true,
    path: fixed("/account/settings/security/passkeys/new"),
    person: "ana",
    before: (page) =>
      page.addInitScript(() => {
        navigator.credentials.create = () => Promise.reject(new DOMException("", "NotAllowedError"));
      }),
    act: async (page) => {
      await press("Add passkey")(page);
      await page.getByText("No passkey was made").waitFor();
    },
  },
  { name: "passkey-name", layer: true, path: (world) => `/account/settings/security/passkeys/${world.passkey}/name`, person: "bo" },
  { name: "passkey-remove", layer: true, path: (world) => `/account/settings/security/passkeys/${world.passkey}/remove`, person: "bo" },
  { name: "password-remove", layer: true, path: fixed("/account/settings/security/password/remove"), person: "bo" },
  { name: "totp-new", layer: true, path: fixed("/account/settings/security/authenticator"), person: "ana" },
  { name: "totp-new-refused", layer: true, path: fixed("/account/settings/security/authenticator"), person: "ana", act: press("Turn on") },
  { name: "totp-new-failed", layer: true, path: fixed("/account/settings/security/authenticator"), person: "ana", before: failing("**/v1/account/totp") },
  { name: "totp-codes", layer: true, path: fixed("/account/settings/security/authenticator"), person: "ana", before: recoveryCodes, act: firstCode },
  { name: "totp-off", layer: true, path: fixed("/account/settings/security/authenticator/off"), person: "bo" },
  {
    name: "totp-off-recovery",
    layer: true,
    path: fixed("/account/settings/security/authenticator/off"),
    person: "bo",
    act: async (page) => {
      await press("Use a recovery code instead")(page);
      await press("Turn off")(page);
    },
  },
  { name: "recovery-codes", layer: true, path: fixed("/account/settings/security/recovery-codes"), person: "bo" },
  {
    name: "proof",
    layer: true,
    path: fixed("/account/settings/security/password"),
    person: "bo",
    before: askingWhoItIs,
    act: newPassword("tk4-mule-pond-gravel-ladder", "Change password"),
  },
  {
    name: "proof-code",
    layer: true,
    path: fixed("/account/settings/security/password"),
    person: "bo",
    before: askingWhoItIs,
    act: async (page) => {
      await newPassword("tk4-mule-pond-gravel-ladder", "Change password")(page);
      await press("Use your authenticator app instead")(page);
    },
  },
  {
    name: "proof-passkey",
    layer: true,
    path: fixed("/account/settings/security/password"),
    person: "bo",
    before: askingWhoItIs,
    act: async (page) => {
      await newPassword("tk4-mule-pond-gravel-ladder", "Change password")(page);
      await press("Use a passkey instead")(page);
    },
  },
  { name: "sessions", path: fixed("/account/settings/sessions"), person: "ana" },
  { name: "sessions-only", path: fixed("/account/settings/sessions"), person: "bo" },
  { name: "sessions-failed", path: fixed("/account/settings/sessions"), person: "ana", before: failing("**/account/sessions") },
  { name: "sessions-menu", path: fixed("/account/settings/sessions"), person: "ana", act: open(/^Actions for/) },
  { name: "session-end", layer: true, path: (world) => `/account/settings/sessions/${world.elsewhere}/end`, person: "ana" },
  { name: "sessions-end-others", layer: true, path: fixed("/account/settings/sessions/end-others"), person: "ana" },
  { name: "ssh-keys", path: fixed("/account/settings/ssh-keys"), person: "ana" },
  { name: "ssh-keys-none", path: fixed("/account/settings/ssh-keys"), person: "bo" },
  { name: "ssh-keys-failed", path: fixed("/account/settings/ssh-keys"), person: "ana", before: failing("**/account/ssh-keys") },
  { name: "ssh-keys-menu", path: fixed("/account/settings/ssh-keys"), person: "ana", act: open(/^Actions for Work/) },
  { name: "ssh-key-new", layer: true, path: fixed("/account/settings/ssh-keys/new"), person: "ana", act: publicKey(RSA) },
  { name: "ssh-key-refused", layer: true, path: fixed("/account/settings/ssh-keys/new"), person: "ana", act: publicKey("ssh-dss AAAA") },
  { name: "ssh-key-private", layer: true, path: fixed("/account/settings/ssh-keys/new"), person: "ana", act: publicKey("-----BEGIN OPENSSH PRIVATE KEY-----") },
  { name: "ssh-key-remove", layer: true, path: (world) => `/account/settings/ssh-keys/${world.sshKey}/remove`, person: "ana" },
  { name: "deactivate", path: fixed("/account/settings/profile/deactivate"), person: "bo" },
  { name: "deactivate-blocked", path: fixed("/account/settings/profile/deactivate"), person: "ana" },
  { name: "deactivate-failed", path: fixed("/account/settings/profile/deactivate"), person: "bo", before: failing("**/account/deactivation") },
  { name: "deactivate-confirm", layer: true, path: fixed("/account/settings/profile/deactivate/confirm"), person: "bo" },
  { name: "deactivate-refused", layer: true, path: fixed("/account/settings/profile/deactivate/confirm"), person: "bo", act: press("Deactivate account") },
  { name: "deactivated", path: fixed("/deactivated?until=2026-12-06T18:00:00.000Z") },
  { name: "come-back", path: fixed("/come-back#token=abc") },
  { name: "come-back-incomplete", path: fixed("/come-back") },
  { name: "come-back-refused", path: fixed("/come-back#token=abc"), act: press("Restore account") },
  { name: "came-back", path: fixed("/come-back#token=abc"), before: answering("**/v1/auth/come-back", 204), act: press("Restore account") },
  { name: "switcher", path: team("profile"), person: "ana", act: open(/^Workspace/) },
  { name: "user-menu", path: team("profile"), person: "ana", act: open(/^Your account/) },
  { name: "palette", layer: true, path: team("profile"), person: "ana", act: (page) => page.keyboard.press("Control+k") },
];

/** Opens a place as its person, in a page that shows nothing yet. */
export async function visit(page, world, place) {
  await place.before?.(page);
  if (place.person) await enter(page, world[place.person], place.path(world));
  else await page.goto(place.path(world));
  await arrived(page, place);
}

/** The same from another place of that person. */
export async function moveTo(page, world, place) {
  await place.before?.(page);
  await moveWithin(page, place.path(world));
  await arrived(page, place);
}

/** What lies over a page comes with a part of the program of its own: it is waited for. */
async function arrived(page, place) {
  await settled(page);
  await place.act?.(page);
  if (place.layer) await page.locator("dialog[open]").last().waitFor();
  await answered(page);
  await settled(page);
  await still(page);
}
