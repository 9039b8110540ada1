import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { answerWith, make, makeForm, openPage } from "./fake_page.js";
import { load } from "./paths.js";

openPage();
const store = await load("core/browser_store.js");
const { getDraftId, keepDraft } = await load("core/drafts.js");
const { deliver, sweep } = await load("core/outbox.js");

const ID = "cx-draft /api/ 12 f ";
let form;
let thanks;
let act;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
  form = makeForm({}, make("input", { name: "name", value: "Ana" }));
  ({ thanks } = openPage(form));
  form.dataset.cxKey = "key";
  act = { api: "/api/", method: "POST", lang: "en", key: "key", body: '{"name":"Ana"}' };
});

afterEach(() => mock.timers.reset());

const send = () => deliver(getDraftId(form), act, form, true);
const settle = () => new Promise((resolve) => setImmediate(resolve));
const getLine = () => form.querySelector("[data-cx-unsent]").textContent;

test("what the server has is thanked for, and no draft any more", async () => {
  const requests = answerWith([201, { state: "published" }]);
  const done = [];
  form.addEventListener("cx:done", ({ detail }) => done.push(detail));
  keepDraft(form, act);
  await send();
  assert.deepEqual(requests[0].body, { name: "Ana" });
  assert.equal(requests[0].headers["Idempotency-Key"], "key");
  assert.equal(store.read(ID), undefined);
  assert.deepEqual(done, [{ state: "published" }]);
  assert.equal(thanks.classList.contains("cx-shown"), true);
  assert.equal(form.dataset.cxKey, undefined);
});

test("without an answer it is said, and sent again after growing pauses", async () => {
  const requests = answerWith(undefined, undefined, [201, {}]);
  keepDraft(form, act);
  await send();
  assert.equal(getLine(), " Not sent yet.");
  mock.timers.tick(2000);
  await settle();
  assert.equal(requests.length, 2);
  mock.timers.tick(2000);
  await settle();
  assert.equal(requests.length, 2, "the second pause is longer");
  mock.timers.tick(2000);
  await settle();
  await settle();
  assert.equal(requests.length, 3);
  assert.deepEqual(
    requests.map(({ headers }) => headers["Idempotency-Key"]),
    ["key", "key", "key"],
  );
  assert.equal(store.read(ID), undefined);
});

for (const status of [408, 425, 429, 500, 503]) {
  test(`${status} is tried again when the server says so`, async () => {
    answerWith([status, { detail: "Later." }, { "Retry-After": "60" }]);
    keepDraft(form, act);
    await send();
    assert.equal(getLine(), "Later. Not sent yet.");
    assert.equal(store.read(ID).until, Date.now() + 60_000);
    const requests = answerWith([201, {}]);
    sweep();
    await settle();
    assert.equal(requests.length, 0, "not before that moment");
  });
}

test("half an answer is none", async () => {
  answerWith([201, '{"state": "publ']);
  keepDraft(form, act);
  await send();
  assert.equal(getLine(), " Not sent yet.");
  assert.equal(store.read(ID).act.key, "key");
});

test("what is refused is shown, stays a draft, and goes under another key next", async () => {
  answerWith([400, { errors: { name: ["Too short."] } }]);
  keepDraft(form, act);
  await send();
  const kept = store.read(ID);
  assert.equal(kept.act, undefined);
  assert.deepEqual(kept.given, [["name", "Ana"]]);
  assert.notEqual(kept.key, "key");
  assert.equal(form.dataset.cxKey, kept.key);
  assert.equal(form.elements.name.getAttribute("aria-invalid"), "true");
});

test("refused on another page, the form says so when it is opened again", async () => {
  answerWith([409, { detail: "Closed." }]);
  keepDraft(form, act);
  document.forms = [];
  sweep();
  await settle();
  await settle();
  assert.equal(store.read(ID).problem.detail, "Closed.");
});

test("a proof of work is solved, and the same is sent with it under the same key", async () => {
  const parameters = { nonce: "0a", salt: "0b", cost: 1, keyLength: 32, keyPrefix: "0" };
  const requests = answerWith([428, { challenge: { parameters } }], [201, { state: "pending" }]);
  keepDraft(form, act);
  await send();
  const [first, { challenge, ...second }] = requests.map(({ body }) => body);
  assert.deepEqual([first, second], [{ name: "Ana" }, { name: "Ana" }]);
  const { solution } = JSON.parse(atob(challenge));
  assert.match(solution.derivedKey, /^0/);
  assert.equal(requests[1].headers["Idempotency-Key"], "key");
  assert.equal(store.read(ID), undefined);
});

test("a challenge that cannot be solved leaves it to the next try", async () => {
  answerWith([428, { challenge: {} }]);
  keepDraft(form, act);
  await send();
  assert.equal(store.read(ID).act.key, "key");
});

test("somebody else's page as an answer: the form is posted plainly under the same key", async () => {
  answerWith([200, "<p>Log in</p>", { "Content-Type": "text/html" }]);
  keepDraft(form, act);
  await send();
  assert.equal(form.isPosted, true);
  assert.equal(form.elements.idempotency_key.value, "key");
});

test("another tab was quicker: nothing is sent", async () => {
  const requests = answerWith([201, {}]);
  keepDraft(form, act);
  form.dataset.cxKey = "other";
  await send();
  assert.equal(requests.length, 0);
});

test("words that were changed meanwhile are not taken for stored", async () => {
  answerWith([201, {}]);
  keepDraft(form, act);
  const sending = send();
  keepDraft(form);
  await sending;
  assert.deepEqual(store.read(ID).given, [["name", "Ana"]]);
  assert.equal(thanks.classList.contains("cx-shown"), false);
});

test("one tab at a time, where the browser can tell", async () => {
  const asked = [];
  navigator.locks = {
    request: async (id, options, job) => {
      asked.push([id, options.ifAvailable]);
      return job(null);
    },
  };
  const requests = answerWith([201, {}]);
  keepDraft(form, act);
  sweep();
  await settle();
  assert.deepEqual(asked, [[ID, true]]);
  assert.equal(requests.length, 0, "another tab has the lock");
});

test("drafts end after a week", () => {
  keepDraft(form);
  mock.timers.tick(8 * 24 * 3600 * 1000);
  sweep();
  assert.equal(store.read(ID), undefined);
});

test("who asks to be forgotten keeps nothing of ours, and all of others", () => {
  keepDraft(form);
  for (const key of ["cx-name", "cx-ask-1", "cx-comments-12", "cx-other", "theirs"]) {
    store.write(key, 1);
  }
  Object.assign(document, { cookie: "cx_forget=1" });
  sweep();
  assert.deepEqual(Object.keys(localStorage), ["cx-other", "theirs"]);
  assert.match(document.cookie, /max-age=0/);
});
