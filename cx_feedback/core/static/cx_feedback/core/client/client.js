// The client of the REST endpoints (docs/how-to/headless.md): one file without imports or a build,
// for browsers and for Node. The widgets of the package send by it too. Types: client.d.ts.

const SECOND = 1000;
const WEEK = 7 * 24 * 3600 * SECOND;
// The longest that an answer is waited for, and that a call waits before it tries again.
const LONGEST = 30 * SECOND;
// Statuses of a server that could not look at the request.
const NOT_NOW = [408, 425, 429];
const PREFIX = "cx-draft ";
const READER = "cx-reader";
const READER_HEADER = "X-CX-Reader";

// A refusal, whose `code` and `errors` are those of the API; or no answer ("no-answer"), or one of
// somebody else ("no-api"). `isKept`: the outbox tries it again.
export class FeedbackError extends Error {
  constructor({ response, data, isLater }, isKept = false) {
    const code = data?.type?.split(":").pop() ?? (isLater ? "no-answer" : "no-api");
    super(data?.detail ?? data?.title ?? code);
    const [{ status = 0 }, { errors = {} }] = [response ?? {}, data ?? {}];
    Object.assign(this, { code, status, errors, retryAfter: getPause(response) });
    Object.assign(this, { name: "FeedbackError", problem: data ?? null, isKept });
  }
}

const getPause = (response) => Number(response?.headers.get("Retry-After")) || undefined;
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * SECOND));
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// Solves a challenge (ALTCHA, proof of work 2 with PBKDF2): finds the number below which lies a key
// that begins as asked. The browser's own cryptography does the work, off the page's thread.
// Returns the solution as the field "challenge" has it.
export async function solve(challenge) {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const start = fromHex(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  const tail = new DataView(password.buffer, start.length);
  const options = { name: "PBKDF2", hash: "SHA-256", salt: fromHex(salt), iterations: cost };
  for (let counter = 0; counter < 2 ** 20; counter++) {
    tail.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(options, key, keyLength * 8);
    const derivedKey = toHex(new Uint8Array(bits));
    if (derivedKey.startsWith(keyPrefix)) {
      return btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
    }
  }
  throw new Error("unsolved");
}

// One request, with the proof of work that the server may ask for. Returns {response, data, isLater},
// without `data` where there was no connection, half an answer or no JSON. `isLater`: the same may
// be sent again, as nothing or half an answer came.
export async function sendAct(act, options) {
  const outcome = {};
  try {
    outcome.response = await post(act, options);
    if (outcome.response.status === 428) {
      const { challenge } = await outcome.response.json();
      outcome.response = await post(act, options, { challenge: await solve(challenge) });
    }
    const text = await outcome.response.text();
    outcome.data = text ? JSON.parse(text) : null;
  } catch {
    // What is there of the answer says what to do.
  }
  const { response: { status, headers } = {}, data } = outcome;
  const isCut = data === undefined && /json/.test(headers?.get("Content-Type"));
  return { ...outcome, isLater: !(status < 500) || NOT_NOW.includes(status) || isCut };
}

function post({ api, method, lang, key, body }, { headers, ...options } = {}, proof = undefined) {
  const ours = { "Content-Type": body && "application/json", "Accept-Language": lang };
  const named = { ...ours, "Idempotency-Key": key, ...headers };
  return fetch(api, {
    method,
    headers: Object.fromEntries(Object.entries(named).filter(([, value]) => value)),
    body: proof ? JSON.stringify({ ...JSON.parse(body), ...proof }) : body,
    signal: AbortSignal.timeout?.(LONGEST),
    ...options,
  });
}

// JSON in a storage of the browser, which may be missing, forbidden or full.
function openStore(name) {
  const attempt = (job, otherwise) => {
    try {
      return job(globalThis[name]);
    } catch {
      return otherwise;
    }
  };
  const write = (all, key, value) => Object.assign(all, { [key]: JSON.stringify(value) }) && value;
  return {
    read: (key) => attempt((all) => JSON.parse(all[key])),
    write: (key, value) => attempt((all) => write(all, key, value)), // Returns `value` if it is kept.
    remove: (key) => attempt((all) => delete all[key]),
    listKeys: (head) =>
      attempt((all) => Object.keys(all).filter((key) => key.startsWith(head)), []),
  };
}

const session = openStore("sessionStorage");
const lasting = openStore("localStorage");

// What was sent and has not arrived yet, in the browser's storage (docs/architecture.md). An entry
// has `at`, `key`, `act`, and `until` or `problem`. `place` is what waits for the answer, such as a
// form: subclasses say what becomes of it.
export class Outbox {
  #timer;
  #due = Infinity;
  #tries = 0;

  prefix = PREFIX;
  send = sendAct;

  list = () => lasting.listKeys(this.prefix);
  isStale() {}
  findPlace() {}
  onStored() {}
  onLater() {}

  onForeign(_id, { entry }) {
    if (entry) this.retryLater();
  }

  // The words stay, without being sent again under this key.
  onRefused(id, { entry, data }) {
    const { act: refused, key, ...kept } = entry;
    lasting.write(id, { ...kept, refused, problem: data });
  }

  expire() {
    for (const id of this.list()) {
      if (!(lasting.read(id)?.at > Date.now() - WEEK)) lasting.remove(id);
    }
  }

  // One tab at a time, where the browser can tell (by TLS). `isPressed`: somebody waits for the
  // answer. Returns what came, with its `state`; nothing if another tab was quicker.
  deliver(id, act, place, isPressed) {
    const job = () => this.#attempt(id, act, place, isPressed);
    const { locks } = globalThis.navigator ?? {};
    if (!locks) return job();
    return locks.request(id, { ifAvailable: !isPressed }, (lock) => lock && job());
  }

  async #attempt(id, act, place, isPressed) {
    const isKept = Boolean(lasting.read(id)?.act);
    if (isPressed ? this.isStale(place, act) : !isKept) return null;
    const sent = await this.send(act);
    const outcome = { ...sent, isKept, state: getState(sent, isPressed) };
    const entry = isKept ? lasting.read(id) : undefined;
    if (isKept && !entry?.act) return outcome; // Changed meanwhile, or sent by another tab.
    if (outcome.state === "Stored") this.#tries = 0;
    if (isKept) this.#keep(id, entry, outcome);
    await this[`on${outcome.state}`](id, { ...outcome, entry, place, isPressed });
    return outcome;
  }

  #keep(id, entry, { state, data, response }) {
    if (state === "Stored") {
      // Other tabs learn the answer, and that the entry is gone.
      lasting.write(id, { done: data });
      lasting.remove(id);
    } else if (state === "Later") {
      const seconds = getPause(response);
      if (seconds) lasting.write(id, { ...entry, until: Date.now() + seconds * SECOND });
      this.retryLater(seconds);
    }
  }

  // Tries again after growing pauses. The soonest counts; a timer of more than 24 days would end at
  // once.
  retryLater(seconds = Math.min(2 ** ++this.#tries, 300)) {
    const pause = Math.min(seconds, 3600) * SECOND;
    if (Date.now() + pause >= this.#due) return;
    this.#due = Date.now() + pause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.sweep(), pause);
  }

  // Sends what waits, of any page.
  sweep() {
    this.#due = Infinity;
    this.expire();
    for (const id of this.list()) {
      const { act, until } = lasting.read(id);
      if (act && until > Date.now()) this.retryLater((until - Date.now()) / SECOND);
      else if (act) this.deliver(id, act, this.findPlace(id)).catch(() => this.retryLater());
    }
  }
}

// "Foreign": a page that somebody else answered, such as a log-in.
function getState({ response, data, isLater }, isPressed) {
  if (response?.ok && data !== undefined) return "Stored";
  if (!isLater && data) return "Refused";
  return isLater || !isPressed ? "Later" : "Foreign";
}

// What the client sends. `sent` and `refused` are events of the client, for what waited.
class ClientOutbox extends Outbox {
  constructor(client) {
    super();
    this.client = client;
    this.prefix += client.base.href; // The same browser may keep some of other APIs.
    this.send = (act) => client.fetchOnce(act);
  }

  #tell = (name, detail) => this.client.dispatchEvent(new CustomEvent(name, { detail }));

  // Who waits gets the answer of the call.
  onStored(id, { data, entry, isPressed }) {
    if (!isPressed) this.#tell("sent", { id, act: entry.act, data });
  }

  onRefused(id, outcome) {
    if (outcome.isPressed) return lasting.remove(id);
    super.onRefused(id, outcome);
    const error = new FeedbackError(outcome);
    return this.#tell("refused", { id, act: outcome.entry.act, error });
  }
}

export class FeedbackClient extends EventTarget {
  #key;

  // `base` is the address of the API. A front end of another origin has no cookies: `reader` is
  // "header" there, and the client keeps the reader's key.
  constructor(base, { lang, reader, token, keep = true, tries = 3 } = {}) {
    super();
    this.base = new URL(base.replace(/\/?$/, "/"), globalThis.location?.href);
    const isHome = this.base.origin === globalThis.location?.origin;
    this.reader = reader ?? (isHome ? "cookie" : "header");
    Object.assign(this, { lang, token, keep, tries });
    this.outbox = new ClientOutbox(this);
    if (!globalThis.document || !keep) return;
    const sweep = () => document.hidden || this.outbox.sweep();
    for (const name of ["online", "pageshow"]) addEventListener(name, sweep);
    document.addEventListener("visibilitychange", sweep);
    sweep();
  }

  // Surveys and NPS widgets. `answers` maps keys of questions to values.
  getSurvey = (id, query) => this.get(`surveys/${id}/`, query);
  answerSurvey = (id, body) => this.act("POST", `surveys/${id}/responses/`, body);
  startSurvey = (id, body = {}) => this.send("POST", `surveys/${id}/starts/`, body);
  keepPages = (id, body) => this.send("POST", `surveys/${id}/partials/`, body);
  getPoll = (id, query) => this.get(`surveys/${id}/poll/`, query);
  getNPS = (id, query) => this.get(`nps/${id}/`, query);
  answerNPS = (id, body) => this.act("POST", `nps/${id}/responses/`, body);
  startNPS = (id, body = {}) => this.send("POST", `nps/${id}/starts/`, body);

  listComments = (page, query) => this.get("comments/", { page, ...query });
  countComments = (pages) => this.get("comments/counts/", { pages: pages.join(",") });
  getComment = (id) => this.get(`comments/${id}/`);
  createComment = (body) => this.act("POST", "comments/", body);
  editComment = (id, text) => this.act("PATCH", `comments/${id}/`, { text });
  deleteComment = (id) => this.act("DELETE", `comments/${id}/`);
  // 1, -1, or 0 to take it back.
  voteOnComment = (id, value) => this.act("POST", `comments/${id}/votes/`, { value });
  reactToComment = (id, reaction) => this.act("POST", `comments/${id}/votes/`, { reaction });
  flagComment = (id, body) => this.act("POST", `comments/${id}/flags/`, body);
  followThread = (body) => this.act("POST", "comments/follows/", body);

  subscribe = (body) => this.act("POST", "subscriptions/", body);
  requestGuide = (body) => this.act("POST", "guides/", body);
  // To the editors, or to the author of the page.
  sendLetter = (body) => this.act("POST", "conversations/", body);

  getMe = () => this.get("me/");
  setChoices = (body) => this.send("PATCH", "me/", body);
  countVisit = (body = {}) => this.send("POST", "visits/", body);

  // Erases the reader on the server, and here what waits and the key.
  async forgetMe() {
    await this.send("DELETE", "me/");
    for (const id of this.outbox.list()) lasting.remove(id);
    this.#keepKey("");
  }

  // What has not arrived: {id, at, act} waits, {id, at, refused, problem} was refused.
  listUnsent = () => this.outbox.list().map((id) => ({ id, ...lasting.read(id) }));
  discardUnsent = (id) => lasting.remove(id);

  // Reading may be repeated at will.
  async get(path, query = {}) {
    const act = this.#makeAct("GET", path);
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    act.api += given.length ? `?${new URLSearchParams(given)}` : "";
    return this.#settle(() => this.fetchOnce(act), this.tries);
  }

  // What has no key is sent once.
  send = (method, path, body) =>
    this.#settle(() => this.fetchOnce(this.#makeAct(method, path, body)), 1);

  // An act happens once: it is repeated under its key, by the outbox where that can keep it.
  async act(method, path, body) {
    const act = { ...this.#makeAct(method, path, body), key: crypto.randomUUID() };
    const id = `${PREFIX}${act.api} ${act.key}`;
    const isKept = this.keep && lasting.write(id, { at: Date.now(), key: act.key, act });
    return this.#settle(() => this.outbox.deliver(id, act, null, true), isKept ? 1 : this.tries);
  }

  #makeAct(method, path, body) {
    const api = new URL(path, this.base).href;
    return { api, method, lang: this.lang, body: body && JSON.stringify(body) };
  }

  async #settle(send, tries) {
    for (let count = 1; ; count++) {
      const outcome = await send();
      const { response, data, isLater, isKept, state } = outcome;
      if (response?.ok && data !== undefined) return data;
      const pause = getPause(response) ?? 2 ** count;
      if (!isLater || count >= tries || pause * SECOND > LONGEST) {
        throw new FeedbackError(outcome, isKept && state !== "Refused");
      }
      await wait(pause);
    }
  }

  async fetchOnce(act) {
    const key = this.reader === "header" && this.#readKey();
    const headers = { Authorization: this.token && `Bearer ${this.token}`, [READER_HEADER]: key };
    const credentials = this.reader === "header" ? "omit" : "include";
    const outcome = await sendAct(act, { headers, credentials });
    const given = outcome.response?.headers.get(READER_HEADER);
    if (given && this.reader === "header") this.#keepKey(given);
    return outcome;
  }

  #readKey() {
    const kept = lasting.read(READER);
    return kept?.until > Date.now() ? kept.key : (session.read(READER) ?? this.#key);
  }

  // As long as the server says; without that for the session, or as long as this object.
  #keepKey(given) {
    const [key, seconds] = given.split("; max-age=");
    this.#key = key;
    for (const store of [lasting, session]) store.remove(READER);
    if (seconds) lasting.write(READER, { key, until: Date.now() + seconds * SECOND });
    else if (key) session.write(READER, key);
  }
}
