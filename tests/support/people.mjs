// People for the tests: somebody with a confirmed account, a team, a key.
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Client, lastMail, tokenIn } from "./http.mjs";

/** A name that nobody else has: `ana-3f9c2a`. */
export function fresh(name) {
  return `${name.toLowerCase()}-${randomBytes(3).toString("hex")}`;
}

/**
 * Signs somebody up and confirms the email.
 *
 * @returns {Promise<{client: Client, name: string, username: string, email: string, password: string, session: any}>}
 */
export async function signUp(server, name, more = {}) {
  const person = await signUpUnconfirmed(server, name, more);
  const token = tokenIn(await lastMail(server, person.email));
  succeeded(await person.client.post("/v1/auth/confirm-email", { token }), 204);
  const session = await person.client.get("/v1/auth/session");
  return { ...person, session: succeeded(session, 200) };
}

/** Signs somebody up, whose email is not confirmed yet. */
export async function signUpUnconfirmed(server, name, more = {}) {
  const username = more.username ?? fresh(name);
  const email = more.email ?? `${username}@example.test`;
  const password = more.password ?? `lantern ${randomBytes(6).toString("hex")} orchard`;
  const client = new Client(server);
  const body = { email, password, username, firstName: name, ...more };
  const session = succeeded(await client.post("/v1/auth/sign-up", body), 201);
  return { client, name, username, email, password, session };
}

/** Signs in on another device. */
export async function signIn(server, person) {
  const client = new Client(server);
  succeeded(await client.post("/v1/auth/sign-in", { email: person.email, password: person.password }), 200);
  return client;
}

/** A team of this person's, with a namespace of its own. */
export async function makeTeam(person, name = "Core", namespace = fresh(name)) {
  return succeeded(await person.client.post("/v1/teams", { name, namespace }), 201);
}

/** An API key of the team (an id or a namespace); `client` is a program that uses it. */
export async function makeKey(person, team, name = fresh("key"), more = {}) {
  const key = succeeded(await person.client.post(`/v1/teams/${team.id ?? team}/api-keys`, { name, ...more }), 201);
  return { ...key, client: person.client.bearer(key.key) };
}

/** A public key that nobody else has, as the line of a `.pub` file. Nobody has its private half either. */
export function sshKey(comment = "ana@laptop") {
  const key = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" });
  const field = (bytes) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  const blob = Buffer.concat([field(Buffer.from("ssh-ed25519")), field(Buffer.from(key.x, "base64url"))]);
  return `ssh-ed25519 ${blob.toString("base64")} ${comment}`;
}

/** Invites somebody who has an account, who accepts. Both are clients' owners of `signUp`. */
export async function join(host, team, guest, isAdmin = false) {
  const id = team.id ?? team;
  succeeded(await host.client.post(`/v1/teams/${id}/invitations`, { emails: [guest.email], isAdmin }), 201);
  const mail = await lastMail(guest.client.url, guest.email, (mail) => /invit/i.test(mail.subject + mail.text));
  return succeeded(await guest.client.post("/v1/invitations/accept", { token: tokenIn(mail) }), 200);
}

/** The body of an answer with the expected status; the whole answer in the message otherwise. */
export function succeeded(answer, status) {
  assert.equal(answer.status, status, `answered ${answer.status}, not ${status}: ${answer.text}`);
  return answer.body;
}
