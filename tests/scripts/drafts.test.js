import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { make, makeForm, makeStore, openPage } from "./fake_page.js";
import { load } from "./paths.js";

const store = await load("core/browser_store.js");
const drafts = await load("core/drafts.js");
const { meet } = await load("core/draft_forms.js");

const ID = "cx-draft /api/ 12 f ";
const text = (name, value = "") => make("input", { name, value });
const box = (name, value, checked) => make("input", { type: "checkbox", name, value, checked });

beforeEach(() => openPage());

test("a draft has what was typed and ticked, under the key of its request", () => {
  const form = makeForm({}, text("name", "Ana"), box("a", "1", true), box("a", "2", false));
  form.dataset.cxSince = 5;
  const kept = drafts.keepDraft(form);
  assert.deepEqual(kept.given, [
    ["name", "Ana"],
    ["a", "1"],
  ]);
  assert.equal(kept.key, form.dataset.cxKey);
  assert.match(kept.key, /^[\da-f-]{36}$/);
  assert.deepEqual(JSON.parse(JSON.stringify(kept)), store.read(ID));
  assert.equal(form.querySelector("[data-cx-kept]").hidden, false);
});

test("passwords, traps and what is private are not kept", () => {
  const form = makeForm(
    {},
    make("input", { type: "password", name: "password", value: "x" }),
    make("div", { class: "cx-hp" }, text("trap", "x")),
    make("div", { "data-cx-private": "" }, text("agree", "x")),
  );
  assert.equal(drafts.keepDraft(form), undefined);
  assert.deepEqual(drafts.listDrafts(), []);
});

test("what is emptied again is no draft any more", () => {
  const form = makeForm({}, text("name", "Ana"));
  drafts.keepDraft(form);
  form.elements.name.value = "";
  assert.equal(drafts.keepDraft(form), undefined);
  assert.deepEqual(drafts.listDrafts(), []);
});

test("nothing is kept in previews, nor without the line that says so", () => {
  for (const form of [
    makeForm({ api: "/api/?preview=1" }, text("name", "Ana")),
    make("form", { "data-cx-api": "/api/" }, text("name", "Ana")),
  ]) {
    assert.equal(drafts.keepDraft(form), undefined);
  }
  assert.deepEqual(drafts.listDrafts(), []);
});

test("a forbidden store keeps nothing and disturbs nobody", () => {
  globalThis.localStorage = makeStore({ isForbidden: true });
  assert.equal(drafts.keepDraft(makeForm({}, text("name", "Ana"))), undefined);
  assert.equal(store.read("cx-name"), undefined);
});

test("a draft comes back into its form, which says so", () => {
  drafts.keepDraft(makeForm({}, text("name", "Ana"), box("a", "1", true)));
  const form = makeForm({}, text("name"), box("a", "1", false), box("a", "2", true));
  let restored = 0;
  form.addEventListener("cx:restored", () => restored++);
  meet(form);
  const [name, one, two] = form.elements;
  assert.deepEqual([name.value, one.checked, two.checked], ["Ana", true, false]);
  assert.equal(form.dataset.cxKey, store.read(ID).key);
  meet(form);
  assert.equal(restored, 1);
});

test("where somebody has begun to write, only the rest comes back", () => {
  drafts.keepDraft(makeForm({}, text("name", "Ana"), text("town", "Berga")));
  const form = makeForm({}, text("name", "Eva"), text("town"));
  form.dataset.cxSince = 1;
  meet(form);
  assert.deepEqual([form.elements.name.value, form.elements.town.value], ["Eva", "Berga"]);
  assert.deepEqual(store.read(ID).given, [
    ["name", "Eva"],
    ["town", "Berga"],
  ]);
});

test("a draft goes along with a form that answers another comment now", () => {
  const parent = make("input", { type: "hidden", name: "parent", value: "" });
  const form = makeForm({}, text("text"), parent);
  meet(form);
  form.elements.text.value = "Hello";
  drafts.keepDraft(form);
  parent.value = "7";
  meet(form);
  assert.deepEqual(drafts.listDrafts(), [`${ID}7`]);
});

for (const isTypedAgain of [false, true]) {
  const when = isTypedAgain ? "before it is written in again" : "then";
  test(`a form that moved before draft_forms.js was there takes its draft along, ${when}`, () => {
    const parent = make("input", { type: "hidden", name: "parent", value: "" });
    const form = makeForm({}, text("text", "To all"), parent);
    drafts.keepDraft(form);
    parent.value = "7";
    if (isTypedAgain) {
      form.elements.text.value = "To one";
      drafts.keepDraft(form);
    }
    meet(form);
    assert.deepEqual(drafts.listDrafts(), [`${ID}7`]);
    const said = isTypedAgain ? "To one" : "To all";
    assert.deepEqual(store.read(`${ID}7`).given, [["text", said]]);
    assert.equal(form.elements.text.value, said);
  });
}

for (const isLate of [false, true]) {
  const when = isLate ? ", and before draft_forms.js was there" : "";
  test(`a draft stays where it was if another one comes back instead${when}`, () => {
    const parent = make("input", { type: "hidden", name: "parent", value: "7" });
    drafts.keepDraft(makeForm({}, text("text", "To one"), parent));
    parent.value = "";
    const form = makeForm({}, text("text"), parent);
    if (!isLate) meet(form);
    form.dataset.cxSince = 1;
    form.elements.text.value = "To all";
    drafts.keepDraft(form);
    parent.value = "7";
    meet(form);
    assert.equal(form.elements.text.value, "To one");
    form.elements.text.value = "To one, better";
    drafts.keepDraft(form);
    assert.deepEqual(store.read(ID).given, [["text", "To all"]]);
    assert.deepEqual(store.read(`${ID}7`).given, [["text", "To one, better"]]);
  });
}

test("what is typed before an earlier draft came back is kept, and the rest of that draft", () => {
  drafts.keepDraft(makeForm({}, text("name", "Ana"), text("town", "Berga")));
  const form = makeForm({}, text("name", "Eva"), text("town"));
  drafts.keepDraft(form);
  assert.deepEqual(store.read(ID).given, [
    ["name", "Eva"],
    ["town", "Berga"],
  ]);
  assert.equal(store.read(ID).key, form.dataset.cxKey);
});

test("what waits to be sent makes room for what is typed before it came back", () => {
  const act = { api: "/api/", key: "first" };
  const waiting = makeForm({}, text("name", "Ana"));
  waiting.dataset.cxKey = "first";
  drafts.keepDraft(waiting, act);
  const form = makeForm({}, text("name", "Eva"));
  drafts.keepDraft(form);
  const aside = "cx-draft first";
  assert.deepEqual(drafts.listDrafts().sort(), [ID, aside].sort());
  assert.deepEqual(store.read(aside).act, act);
  assert.deepEqual(store.read(ID).given, [["name", "Eva"]]);
});

test("what waits to be sent stays where it was", () => {
  const parent = make("input", { type: "hidden", name: "parent", value: "" });
  const form = makeForm({}, text("text"), parent);
  meet(form);
  form.elements.text.value = "Hello";
  drafts.keepDraft(form, { api: "/api/" });
  parent.value = "7";
  meet(form);
  assert.deepEqual(drafts.listDrafts(), [ID]);
  assert.equal(form.elements.text.value, "");
});
