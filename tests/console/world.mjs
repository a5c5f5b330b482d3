// Who and what is there for the pages to show: people, teams, invitations, keys.
import { Client, lastMail, tokenIn } from "../support/http.mjs";
import { addPasskey, Authenticator } from "../support/passkey.mjs";
import { fresh, join, makeKey, makeTeam, signUp, signUpUnconfirmed, sshKey, succeeded } from "../support/people.mjs";
import { turnOn } from "../support/totp.mjs";

// A good one in form, of 3072 bits.
export const RSA = `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQD${"/".repeat(509)}//8=`;

/**
 * Two people, a filled team with a third one whose account is deactivated, an empty team, an invitation for each
 * side; Ana signed in twice, Bo with an authenticator app and two passkeys, and Kim about to change her email.
 */
export async function furnish(server) {
  const ana = await signUp(server, "Ana", { lastName: "Lovelace" });
  const bo = await signUp(server, "Bo", { lastName: "Diaz" });
  const eve = await signUpUnconfirmed(server, "Eve");
  const core = await makeTeam(ana, "Core");
  const empty = await makeTeam(ana, "Quiet corner", fresh("quiet"));
  await join(ana, core, bo);
  const gone = await signUp(server, "Gabriela", { lastName: "of the northern lighthouse" });
  await join(ana, core, gone);
  const profile = { bio: "We keep the lights on.\nAsk us anything.", location: "Oslo", website: "https://example.com/core" };
  succeeded(await ana.client.patch(`/v1/teams/${core.id}`, profile), 200);
  for (const name of ["DATABASE_URL", "STRIPE_TOKEN", "A_LONG_NAME_THAT_SAYS_WHAT_THE_VALUE_IS_FOR_AND_WHERE_IT_COMES_FROM"]) {
    succeeded(await ana.client.post(`/v1/teams/${core.id}/secrets`, { name, value: "x" }), 201);
  }
  const { id: key } = await makeKey(ana, core, "Nightly build");
  await makeKey(bo, core, "Dashboard", { scopes: ["read"] });
  const invite = (person, team, email) => person.client.post(`/v1/teams/${team.id}/invitations`, { emails: [email], isAdmin: false });
  succeeded(await invite(ana, core, `${fresh("dora")}@example.test`), 201);
  const guild = await makeTeam(bo, "Guild of long names and longer titles", fresh("guild"));
  succeeded(await invite(bo, guild, ana.email), 201);
  const token = tokenIn(await lastMail(server, ana.email, (mail) => /invit/i.test(mail.subject + mail.text)));
  const log = succeeded(await ana.client.get(`/v1/teams/${core.id}/audit?limit=120`), 200);
  const line = log.find(({ before, after }) => before && after).id;
  succeeded(await gone.client.post("/v1/account/deactivation", { username: gone.username }), 202);
  await turnOn(bo);
  const passkey = await addPasskey(bo, new Authenticator(server), "Phone");
  await addPasskey(bo, new Authenticator(server), "Security key in the lighthouse by the northern pier");
  const kim = await signUp(server, "Kim");
  succeeded(await kim.client.post("/v1/account/email", { email: `${fresh("kim")}@example.test` }), 202);
  const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Mobile Safari/604.1";
  const other = new Client(server, { origin: server.url, "sec-fetch-site": "same-origin", "user-agent": phone });
  succeeded(await other.post("/v1/auth/sign-in", { email: ana.email, password: ana.password }), 200);
  const elsewhere = succeeded(await other.get("/v1/account/sessions"), 200).find((session) => session.isCurrent).id;
  succeeded(await kim.client.stranger().post("/v1/auth/sign-in", { email: ana.email, password: "not this one" }), 401);
  const sshKeys = [["Work laptop", sshKey()], ["Build server of the lighthouse by the northern pier", sshKey()], ["Old RSA", RSA]];
  const added = [];
  for (const [name, publicKey] of sshKeys) added.push(succeeded(await ana.client.post("/v1/account/ssh-keys", { name, publicKey }), 201).id);
  return { ana, bo, eve, kim, elsewhere, core, empty, guild, token, line, sshKey: added[0], passkey: passkey.id, key };
}
