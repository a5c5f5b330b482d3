// An authenticator app (RFC 6238) over Node's own HMAC, and how somebody turns theirs on.
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { succeeded } from "./people.mjs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_MS = 30_000;

function bytes(base32) {
  const bits = [...base32.replaceAll(" ", "")].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

export class App {
  #seed;
  /** The last step whose code was given out: none is given twice. */
  #last = 0;

  constructor(secret, now = Date.now) {
    this.#seed = bytes(secret);
    this.now = now;
  }

  at(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac("sha1", this.#seed).update(counter).digest();
    const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
    return String(number % 1_000_000).padStart(6, "0");
  }

  /** A code that was not used yet; waits for the next step where need be. */
  async code() {
    const step = () => Math.floor(this.now() / STEP_MS);
    // The server takes the next one early.
    while (step() + 1 <= this.#last) await sleep(200);
    this.#last = Math.max(step(), this.#last + 1);
    return this.at(this.#last);
  }

  /** A code that is wrong for minutes. */
  wrong() {
    const step = Math.floor(this.now() / STEP_MS);
    const near = Array.from({ length: 21 }, (_, at) => this.at(step - 10 + at));
    return ["000000", "111111", "222222"].find((code) => !near.includes(code));
  }
}

/**
 * Turns the authenticator app of this person on.
 *
 * @returns {Promise<{app: App, codes: string[]}>} with the recovery codes
 */
export async function turnOn(person) {
  const { secret } = succeeded(await person.client.post("/v1/account/totp"), 201);
  const app = new App(secret);
  const { recoveryCodes } = succeeded(await person.client.put("/v1/account/totp", { code: await app.code() }), 200);
  return { app, codes: recoveryCodes };
}
