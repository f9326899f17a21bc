// Asks a Gongxin platform for a credit check from JavaScript (Node 18 or newer; nothing to install).
//
//   node gongxin-client.mjs check USCC MATTER PURPOSE CASE
//   node gongxin-client.mjs outcome CHECK_NO OUTCOME [MEASURE]
//   node gongxin-client.mjs webhook SECRET ID TIMESTAMP SIGNATURES < body
//
// GONGXIN_URL, GONGXIN_CLIENT and GONGXIN_SECRET name the platform and who asks, GONGXIN_TIMEOUT the
// milliseconds that a request may take. An outage of the platform, whatever it is, is `unknown` and
// never bad: the case goes on without an answer.

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { pathToFileURL } from "node:url";

const TIMEOUT = Number(process.env.GONGXIN_TIMEOUT ?? 10_000); // milliseconds for one request
const PATIENCE = 2 * TIMEOUT; // for a call with all that is sent again
const ATTEMPTS = 3;
const PROBLEMS = "/api/v1/problems/";
const NOT_CHECKED = ["check-person", "check-no-code", "check-one-person", "check-archive-only"];

/** The caller's own mistake: sending it again would not help. */
export class Refused extends Error {
  constructor(problem, detail) {
    super(`${problem}: ${detail}`);
    this.problem = problem;
  }
}

/** There is no answer; nothing is known, and nothing bad follows. */
export class Unavailable extends Error {}

export class Client {
  #url;
  #id;
  #secret;
  #token = null;

  constructor(url, id, secret) {
    const parsed = new URL(url);
    const here = ["127.0.0.1", "[::1]", "localhost"].includes(parsed.hostname);
    if (parsed.protocol !== "https:" && !(parsed.protocol === "http:" && here)) {
      throw new Error("http would send the secret unencrypted; use https");
    }
    this.#url = url.replace(/\/+$/, "");
    this.#id = id;
    this.#secret = secret;
  }

  /** Returns the answer, or `{status: "refused" | "unknown", why}`; none of them decides. */
  async check({ uscc, matter, purpose, caseNo }) {
    const asked = { uscc, matter, purpose, case_no: caseNo };
    try {
      const answer = await this.#send("/checks", asked, randomUUID());
      const known = ["facts", "neutral"].includes(answer?.status);
      const same = ["uscc", "matter", "purpose"].every((name) => answer?.[name] === asked[name]);
      const parts = ["facts", "list_entries", "measures", "incentives", "objections"];
      if (!known || !same || !parts.every((name) => Array.isArray(answer[name]))) {
        return { status: "unknown", why: "nonsense" };
      }
      return answer;
    } catch (error) {
      if (error instanceof Unavailable) return { status: "unknown", why: error.message };
      if (error instanceof Refused && NOT_CHECKED.includes(error.problem)) {
        return { status: "refused", why: error.problem };
      }
      throw error;
    }
  }

  /** Reports what became of the case; a worse outcome names a measure of that very answer. */
  async reportOutcome(checkNo, outcome, measure = "") {
    const said = measure ? { outcome, measure } : { outcome };
    return this.#send(`/checks/${encodeURIComponent(checkNo)}/outcome`, said, "");
  }

  async #send(path, body, key) {
    const until = performance.now() + PATIENCE;
    for (let renewed = false; ; renewed = true) {
      const headers = {
        Authorization: `Bearer ${await this.#renewed(until)}`,
        "Content-Type": "application/json",
      };
      // The same key, however often it is sent: one check, counted once.
      if (key) headers["Idempotency-Key"] = `"${key}"`;
      try {
        return await this.#patiently(path, headers, JSON.stringify(body), until);
      } catch (error) {
        if (!(error instanceof Refused) || error.problem !== "unauthenticated" || renewed) {
          throw error;
        }
        this.#token = null; // it ended early
      }
    }
  }

  async #renewed(until) {
    if (this.#token && performance.now() < this.#token.until) return this.#token.text;
    const shown = Buffer.from(`${this.#id}:${this.#secret}`).toString("base64");
    const headers = {
      Authorization: `Basic ${shown}`,
      "Content-Type": "application/x-www-form-urlencoded",
    };
    const form = "grant_type=client_credentials&scope=check";
    const found = await this.#patiently("/token", headers, form, until);
    const text = found?.access_token;
    if (typeof text !== "string" || !/^[\x21-\x7e]+$/.test(text)) throw new Unavailable("nonsense");
    const life = Math.max(0, Number(found.expires_in) - 30) || 0;
    this.#token = { text, until: performance.now() + life * 1000 };
    return text;
  }

  /** Sends, and again after what passes by itself, as long as the patience lasts. */
  async #patiently(path, headers, body, until) {
    for (let attempt = 1; ; attempt += 1) {
      const { value, why, wait } = await this.#once(path, headers, body, until);
      if (why === undefined) return value;
      const pause = wait ?? 200 * 2 ** attempt * (0.5 + Math.random() / 2);
      const over = performance.now() + pause >= until;
      if (wait === null || attempt === ATTEMPTS || over) throw new Unavailable(why);
      await new Promise((done) => setTimeout(done, pause));
    }
  }

  /** One request: a value, or why there is none; `wait` is null if asking again is no use. */
  async #once(path, headers, body, until) {
    let status, media, text, retryAfter;
    try {
      const left = Math.ceil(Math.max(1, Math.min(TIMEOUT, until - performance.now())));
      const options = { method: "POST", headers, body, redirect: "manual" };
      const signal = AbortSignal.timeout(left);
      const answer = await fetch(`${this.#url}/api/v1${path}`, { ...options, signal });
      ({ status } = answer);
      media = (answer.headers.get("content-type") ?? "").split(";")[0].trim();
      retryAfter = answer.headers.get("retry-after") ?? "";
      text = await answer.text();
    } catch (error) {
      return { why: error.name === "TimeoutError" ? "slow" : "no_connection" };
    }
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (status === 200) {
      return value === undefined ? { why: "nonsense", wait: null } : { value };
    }
    // Only the platform's own words are a refusal; those of a proxy on the way are none.
    const own = media === "application/problem+json" && String(value?.type).startsWith(PROBLEMS);
    const problem = own ? value.type.slice(PROBLEMS.length) : "";
    if (status === 429 || status >= 500) {
      const again = problem !== "quota" && [429, 502, 503, 504].includes(status);
      const told = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
      return { why: problem || "outage", wait: again ? told : null };
    }
    if (!own) return { why: "nonsense", wait: null };
    throw new Refused(problem, value.detail);
  }
}

/** Tells whether a call is the platform's webhook, whole and of now (Standard Webhooks). */
export function isWebhook({ id, timestamp, signatures, body, secret, now = Date.now() / 1000 }) {
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length < 24) return false;
  const signed = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(" ").some((one) => {
    const given = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return one.startsWith("v1,") && given.length === signed.length && timingSafeEqual(given, signed);
  });
}

async function main([command, ...rest]) {
  if (command === "webhook") {
    const [secret, id, timestamp, signatures] = rest;
    const parts = [];
    for await (const part of process.stdin) parts.push(part);
    return { good: isWebhook({ id, timestamp, signatures, body: Buffer.concat(parts), secret }) };
  }
  const { GONGXIN_URL, GONGXIN_CLIENT, GONGXIN_SECRET } = process.env;
  const client = new Client(GONGXIN_URL, GONGXIN_CLIENT, GONGXIN_SECRET);
  if (command === "outcome") return client.reportOutcome(...rest);
  const [uscc, matter, purpose, caseNo] = rest;
  return client.check({ uscc, matter, purpose, caseNo });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(JSON.stringify(await main(process.argv.slice(2))));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
