// Passkeys for tests: an authenticator over Node's own crypto, with the browser's part of it, and Chromium's
// virtual one.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { succeeded } from "./people.mjs";

const KEYS = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
};
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
const text = (words) => Buffer.concat([Buffer.from([0x60 | words.length]), Buffer.from(words)]);
const bytes = (value) => {
  const head = Buffer.from([0x59, 0, 0]);
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
};

/** One passkey, and the browser that has it. */
export class Authenticator {
  #keys;

  constructor(server, algorithm = "ES256") {
    this.#keys = KEYS[algorithm]();
    this.algorithm = algorithm;
    this.origin = server.url;
    this.id = randomBytes(16);
    this.count = 0;
  }

  #cose() {
    const jwk = this.#keys.publicKey.export({ format: "jwk" });
    const part = (name) => bytes(Buffer.from(jwk[name], "base64url"));
    if (this.algorithm === "ES256") {
      return Buffer.concat([Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21]), part("x"), Buffer.from([0x22]), part("y")]);
    }
    if (this.algorithm === "EdDSA") return Buffer.concat([Buffer.from([0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21]), part("x")]);
    return Buffer.concat([Buffer.from([0xa4, 1, 3, 3, 0x39, 1, 0, 0x20]), part("n"), Buffer.from([0x21]), part("e")]);
  }

  #data(flags, attested = Buffer.alloc(0)) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.count);
    return Buffer.concat([sha256(new URL(this.origin).hostname), Buffer.from([flags]), count, attested]);
  }

  #said(type, challenge) {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  /** What the browser answers to the options of a new passkey. */
  register(options) {
    this.handle = options.user.id;
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, this.#cose()]);
    const object = Buffer.concat([
      Buffer.from([0xa3]),
      text("fmt"),
      text("none"),
      text("attStmt"),
      Buffer.from([0xa0]),
      text("authData"),
      bytes(this.#data(0x45, attested)),
    ]);
    const response = {
      clientDataJSON: this.#said("webauthn.create", options.challenge).toString("base64url"),
      attestationObject: object.toString("base64url"),
      transports: ["internal"],
    };
    return { id: this.id.toString("base64url"), type: "public-key", response };
  }

  /** What the browser answers where somebody signs in. */
  answer(options) {
    const data = this.#data(0x05);
    const said = this.#said("webauthn.get", options.challenge);
    const signed = Buffer.concat([data, sha256(said)]);
    const signature = sign(this.algorithm === "EdDSA" ? null : "sha256", signed, this.#keys.privateKey);
    const response = {
      clientDataJSON: said.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: signature.toString("base64url"),
      userHandle: this.handle,
    };
    return { id: this.id.toString("base64url"), type: "public-key", response };
  }
}

/** Adds a passkey to somebody's account. */
export async function addPasskey(person, authenticator, name = "Key") {
  const options = succeeded(await person.client.post("/v1/account/passkey-options"), 200);
  const body = { name, credential: authenticator.register(options) };
  return succeeded(await person.client.post("/v1/account/passkeys", body), 201);
}

/** Chromium's own authenticator, in a page: it has a finger, and shows it at once. */
export async function virtualAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });
  const send = (name, more = {}) => devtools.send(`WebAuthn.${name}`, { authenticatorId, ...more });
  return {
    credentials: async () => (await send("getCredentials")).credentials,
    put: (credential) => send("addCredential", { credential }),
    take: (credentialId) => send("removeCredential", { credentialId }),
    /** Whether it knows who touches it. */
    verifies: (isUserVerified) => send("setUserVerified", { isUserVerified }),
  };
}
