import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";
import { answerWith, makeStore, openPage } from "./fake_page.js";
import { load } from "./paths.js";

const { FeedbackClient, FeedbackError, solve } = await load("core/client/client.js");

const BASE = "https://magazine.example/feedback/api/v1/";
const FOLDER = "../../cx_feedback/core/static/cx_feedback/core/client/";
const read = (name) => readFileSync(new URL(`${FOLDER}${name}`, import.meta.url), "utf8");
const PROBLEM = { type: "urn:cx-feedback:problem:invalid-input", title: "No", detail: "Not so." };

function startTime() {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
}

beforeEach(() => {
  openPage();
  globalThis.sessionStorage = makeStore();
  globalThis.location = { href: "https://other.example/story", origin: "https://other.example" };
  startTime();
});

afterEach(() => mock.timers.reset());

const settle = () => new Promise((resolve) => setImmediate(resolve));
const getKeys = (requests) => requests.map(({ headers }) => headers["Idempotency-Key"]);

// Lets pauses pass until a promise is settled.
async function pass(promise) {
  let isSettled = false;
  const note = () => {
    isSettled = true;
  };
  promise.then(note, note);
  for (let turns = 0; !isSettled && turns < 50; turns++) {
    await settle();
    if (!isSettled) mock.timers.tick(1000);
  }
  return promise;
}

test("an act is a POST of JSON under a key of its own, in the client's language", async () => {
  const requests = answerWith([201, { id: 3, thanks: "Thanks." }], [201, { id: 4 }]);
  const cx = new FeedbackClient(BASE, { lang: "es" });
  assert.equal((await cx.answerSurvey(7, { page: 12, answers: { q: "a" } })).thanks, "Thanks.");
  await cx.answerSurvey(7, { page: 12, answers: { q: "a" } });
  const [{ url, method, headers, body }] = requests;
  assert.deepEqual([url, method], [`${BASE}surveys/7/responses/`, "POST"]);
  assert.equal(headers["Accept-Language"], "es");
  assert.deepEqual(body, { page: 12, answers: { q: "a" } });
  assert.notEqual(...getKeys(requests));
  assert.deepEqual(cx.listUnsent(), []);
});

test("a refusal is an error with the code and the fields of the API, and nothing waits", async () => {
  answerWith([400, { ...PROBLEM, errors: { text: ["Empty."] } }]);
  const cx = new FeedbackClient(BASE);
  const error = await cx.createComment({ page: 12, text: "" }).catch((error) => error);
  assert.ok(error instanceof FeedbackError);
  assert.deepEqual([error.code, error.status, error.message], ["invalid-input", 400, "Not so."]);
  assert.deepEqual([error.errors, error.isKept], [{ text: ["Empty."] }, false]);
  assert.deepEqual(cx.listUnsent(), []);
});

test("without a connection an act waits in the outbox, and is sent under the same key", async () => {
  const requests = answerWith(undefined, [201, { id: 5 }]);
  const cx = new FeedbackClient(BASE);
  const told = [];
  cx.addEventListener("sent", ({ detail }) => told.push(detail.data));
  const error = await cx.createComment({ page: 12, text: "Hello" }).catch((error) => error);
  assert.deepEqual([error.code, error.status, error.isKept], ["no-answer", 0, true]);
  assert.match(cx.listUnsent()[0].act.body, /Hello/);
  mock.timers.tick(2000);
  await settle();
  assert.equal(requests.length, 2);
  assert.equal(...getKeys(requests));
  assert.deepEqual([told, cx.listUnsent()], [[{ id: 5 }], []]);
});

test("the next page sends what waits, to the API that it was for alone", async () => {
  answerWith(undefined, undefined);
  const others = new FeedbackClient("https://other-api.example/v1/");
  await assert.rejects(others.subscribe({ email: "ana@example.org" }));
  await assert.rejects(new FeedbackClient(BASE).subscribe({ email: "ana@example.org" }));
  mock.timers.reset();
  const requests = answerWith([202, { state: "pending" }]);
  const cx = new FeedbackClient(BASE);
  await settle();
  assert.deepEqual(
    requests.map(({ url }) => url),
    [`${BASE}subscriptions/`],
  );
  assert.deepEqual([cx.listUnsent().length, others.listUnsent().length], [0, 1]);
});

test("Retry-After is waited for, on the next page too", async () => {
  answerWith([429, { ...PROBLEM, type: "urn:x:too-many" }, { "Retry-After": "60" }]);
  const cx = new FeedbackClient(BASE);
  const error = await cx.voteOnComment(3, 1).catch((error) => error);
  assert.deepEqual([error.code, error.retryAfter, error.isKept], ["too-many", 60, true]);
  mock.timers.reset(); // the page is left
  startTime();
  const requests = answerWith([200, { up: 1 }]);
  new FeedbackClient(BASE);
  mock.timers.tick(59_000);
  await settle();
  assert.equal(requests.length, 0);
  mock.timers.tick(1000);
  await settle();
  assert.equal(requests.length, 1);
});

test("what is refused later keeps its words, is told, and is not sent again", async () => {
  answerWith(undefined, [409, { ...PROBLEM, type: "urn:cx-feedback:problem:closed" }]);
  const cx = new FeedbackClient(BASE);
  const told = [];
  cx.addEventListener("refused", ({ detail }) => told.push(detail.error.code));
  await assert.rejects(cx.createComment({ page: 12, text: "Hello" }));
  mock.timers.tick(2000);
  await settle();
  const [{ id, act, refused, problem }] = cx.listUnsent();
  assert.deepEqual([told, act, problem.status], [["closed"], undefined, undefined]);
  assert.equal(JSON.parse(refused.body).text, "Hello");
  const requests = answerWith();
  cx.outbox.sweep();
  await settle();
  assert.equal(requests.length, 0);
  cx.discardUnsent(id);
  assert.deepEqual(cx.listUnsent(), []);
});

test("where nothing can be kept a call tries again under the same key, and gives up", async () => {
  globalThis.localStorage = makeStore({ isForbidden: true });
  const requests = answerWith(undefined, [503, {}], [201, { id: 5 }]);
  const cx = new FeedbackClient(BASE);
  assert.equal((await pass(cx.createComment({ page: 12, text: "Hello" }))).id, 5);
  assert.equal(new Set(getKeys(requests)).size, 1);
  const later = answerWith(undefined, undefined, undefined, [201, {}]);
  const error = await pass(cx.createComment({ page: 12, text: "Hello" })).catch((error) => error);
  assert.deepEqual([error.code, error.isKept, later.length], ["no-answer", false, 3]);
});

test("a call does not wait for long; what has no key is sent once; reading is repeated", async () => {
  const cx = new FeedbackClient(BASE, { keep: false });
  const slow = answerWith([503, PROBLEM, { "Retry-After": "600" }], [200, {}]);
  await assert.rejects(pass(cx.getSurvey(3)), { retryAfter: 600 });
  assert.equal(slow.length, 1);
  const once = answerWith(undefined, [204]);
  await assert.rejects(pass(cx.countVisit({ page: 12 })));
  assert.equal(once.length, 1);
  assert.equal(once[0].headers["Idempotency-Key"], undefined);
  answerWith(undefined, [200, { id: 3 }]);
  assert.deepEqual(await pass(cx.getSurvey(3)), { id: 3 });
});

test("half an answer is none: the same is sent again", async () => {
  const requests = answerWith([201, '{"id": '], [201, { id: 5 }], [200, '{"id": ']);
  const cx = new FeedbackClient(BASE, { keep: false });
  assert.equal((await pass(cx.createComment({ page: 12, text: "Hello" }))).id, 5);
  assert.equal(...getKeys(requests));
  const once = await pass(cx.countVisit()).catch((error) => error);
  assert.equal(once.code, "no-answer");
});

test("somebody else's page is no answer of the API", async () => {
  answerWith([200, "<p>Log in</p>", { "Content-Type": "text/html" }]);
  const cx = new FeedbackClient(BASE);
  const error = await cx.createComment({ page: 12, text: "Hello" }).catch((error) => error);
  assert.deepEqual([error.code, error.isKept], ["no-api", true]);
});

test("a proof of work is solved", async () => {
  const parameters = { nonce: "0a", salt: "0b", cost: 1, keyLength: 32, keyPrefix: "00" };
  const requests = answerWith([428, { challenge: { parameters } }], [201, { id: 5 }]);
  await new FeedbackClient(BASE).createComment({ page: 12, text: "Hello" });
  assert.equal(requests[1].body.challenge, await solve({ parameters }));
  assert.equal(...getKeys(requests));
});

test("a letter is a POST of JSON, and its proof of work is solved", async () => {
  const parameters = { nonce: "0a", salt: "0b", cost: 1, keyLength: 32, keyPrefix: "00" };
  const requests = answerWith([428, { challenge: { parameters } }], [202, { state: "received" }]);
  const letter = { page: 12, text: "Hello", email: "ana@example.org", to: "author" };
  const { state } = await new FeedbackClient(BASE).sendLetter(letter);
  assert.deepEqual([state, requests[1].url], ["received", `${BASE}conversations/`]);
  assert.deepEqual(requests[0].body, letter);
  assert.equal(requests[1].body.challenge, await solve({ parameters }));
});

test("of another origin the client keeps the reader's key, as long as it is told", async () => {
  const first = answerWith([200, { up: 1 }, { "X-CX-Reader": "abc" }], [200, {}]);
  const cx = new FeedbackClient(BASE);
  await cx.voteOnComment(3, 1);
  await new FeedbackClient(BASE).getMe();
  assert.deepEqual(
    first.map(({ headers, credentials }) => [headers["X-CX-Reader"], credentials]),
    [
      [undefined, "omit"],
      ["abc", "omit"],
    ],
  );
  assert.deepEqual(Object.keys(localStorage), []);
  answerWith([200, { visits: true }, { "X-CX-Reader": "abc; max-age=3600" }]);
  await cx.setChoices({ visits: true });
  globalThis.sessionStorage = makeStore();
  const lasting = answerWith([200, {}], [204, ""], [200, {}]);
  await cx.getMe();
  assert.equal(lasting[0].headers["X-CX-Reader"], "abc");
  await cx.forgetMe();
  await cx.getMe();
  assert.equal(lasting[2].headers["X-CX-Reader"], undefined);
  assert.deepEqual(Object.keys(localStorage), []);
});

test("on the API's own origin the browser's cookies say who it is", async () => {
  globalThis.location = { href: "https://magazine.example/", origin: "https://magazine.example" };
  const requests = answerWith([200, {}, { "X-CX-Reader": "abc" }]);
  await new FeedbackClient("/feedback/api/v1").getMe();
  assert.deepEqual([requests[0].url, requests[0].credentials], [`${BASE}me/`, "include"]);
  assert.deepEqual(Object.keys(sessionStorage), []);
});

test("a program reads what its token opens, without a browser", async () => {
  for (const name of ["document", "localStorage", "sessionStorage", "location"]) {
    delete globalThis[name];
  }
  const requests = answerWith([200, { n: 2 }]);
  const cx = new FeedbackClient(BASE, { token: "cxf_1" });
  assert.deepEqual(await cx.get("surveys/3/results/", { page: 12, section: undefined }), { n: 2 });
  assert.equal(requests[0].url, `${BASE}surveys/3/results/?page=12`);
  assert.equal(requests[0].headers.Authorization, "Bearer cxf_1");
});

test("the package is this one file, with a type for each method", () => {
  const { main, types, files } = JSON.parse(read("package.json"));
  assert.deepEqual(
    files,
    [main, types].map((path) => path.slice(2)),
  );
  const source = read(main);
  assert.doesNotMatch(source, /\bimport\b\s*[({"']|^import |\bfrom "/m);
  const typed = read(types);
  const cx = new FeedbackClient(BASE);
  const state = ["base", "lang", "reader", "token", "keep", "tries", "outbox", "fetchOnce"];
  const methods = [
    ...Object.keys(cx),
    ...Object.getOwnPropertyNames(FeedbackClient.prototype),
  ].filter((name) => !["constructor", ...state].includes(name));
  assert.ok(methods.length > 25);
  for (const name of methods) assert.match(typed, new RegExp(`^ {2}${name}[(<]`, "m"), name);
  for (const [, name] of source.matchAll(/^export (?:class|async function|function) (\w+)/gm)) {
    assert.match(typed, new RegExp(`^export (class|function) ${name}\\b`, "m"));
  }
});
