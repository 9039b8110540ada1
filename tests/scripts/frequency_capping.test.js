import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeForm, makeStore, openPage } from "./fake_page.js";
import { load } from "./paths.js";

const DAY = 24 * 3600 * 1000;
const REST = { answered: 90, later: 7, closed: 30, others: 2 };

function makeAsking(name, settings) {
  const ask = { key: `cx-ask-${name}`, share: 100, rest: REST, ...settings };
  return make("section", { "data-cx-ask": JSON.stringify(ask) }, makeForm({ api: `/${name}/` }));
}

// Each page view begins with the module anew; `kept` is what the browser has stored.
let views = 0;
async function openView(asking, kept = {}) {
  openPage();
  for (const [key, value] of Object.entries(kept)) localStorage[key] = JSON.stringify(value);
  document.querySelectorAll = () => asking;
  views += 1;
  const { draw } = await load(`surveys/frequency_capping.js?view=${views}`);
  return asking.map((element) => draw(element));
}

const read = (key) => JSON.parse(localStorage[key]);
const isAbout = (moment, days) => Math.abs(moment - Date.now() - days * DAY) < 5000;

test("the first of those that slide in has the turn", async () => {
  const [first, second] = await openView([
    makeAsking("a", { wait: 1000 }),
    makeAsking("b", { scrolled: 0.5 }),
  ]);
  assert.equal(first.slides, true);
  assert.equal(first.wait, 1000);
  assert.equal(second, undefined);
});

test("one in the text is shown beside one that slides in, unless only one may be", async () => {
  const shown = await openView([makeAsking("a", { wait: 1 }), makeAsking("b", {})]);
  assert.deepEqual(
    shown.map((turn) => turn?.slides),
    [true, false],
  );
  const alone = await openView([makeAsking("a", { wait: 1 }), makeAsking("b", { one: true })]);
  assert.equal(alone[1], undefined);
});

test("who was asked is left in peace by all others, and by this one as if it was closed", async () => {
  const [turn] = await openView([makeAsking("a", { wait: 1 })]);
  turn.onAsked();
  assert.ok(isAbout(read("cx-ask").until, REST.others));
  assert.ok(isAbout(read("cx-ask-a").until, REST.closed));
  assert.equal(turn.rests(), true);
});

test("answers, later and closing rest for their days", async () => {
  const [turn] = await openView([makeAsking("a", { wait: 1 })]);
  turn.onClosed("later");
  assert.ok(isAbout(read("cx-ask-a").until, REST.later));
  turn.onClosed("closed");
  assert.ok(isAbout(read("cx-ask-a").until, REST.closed));
  turn.onAnswered();
  assert.ok(isAbout(read("cx-ask-a").until, REST.answered));
});

test("what rests is not shown, and is again when its time is over", async () => {
  const asking = () => [makeAsking("a", { wait: 1 })];
  const resting = { "cx-ask-a": { until: Date.now() + DAY } };
  assert.deepEqual(await openView(asking(), resting), [undefined]);
  const [turn] = await openView(asking(), {
    "cx-ask-a": { until: Date.now() - 1, state: "closed" },
  });
  assert.equal(turn.slides, true);
  const common = { "cx-ask": { until: Date.now() + DAY } };
  assert.deepEqual(await openView(asking(), common), [undefined]);
});

test("the lot falls once: who is not drawn rests, who was drawn stays drawn", async (context) => {
  context.mock.method(Math, "random", () => 0.5);
  assert.deepEqual(await openView([makeAsking("a", { share: 50 })]), [undefined]);
  assert.ok(isAbout(read("cx-ask-a").until, REST.answered));
  const drawn = { "cx-ask-a": { until: 0, state: "drawn" } };
  const [turn] = await openView([makeAsking("a", { share: 0.01 })], drawn);
  assert.equal(turn.begun, false);
});

test("what was begun comes back with its draft, unless it was closed", async () => {
  const kept = {
    "cx-draft /a/ 12 f ": { given: [["q", "1"]] },
    "cx-ask-a": { until: Date.now() + DAY, state: "drawn" },
  };
  const [begun] = await openView([makeAsking("a", { wait: 1 })], kept);
  assert.equal(begun.begun, true);
  kept["cx-ask-a"].state = "closed";
  assert.deepEqual(await openView([makeAsking("a", { wait: 1 })], kept), [undefined]);
});

test("whose thanks are shown has the turn, and rests as answered", async () => {
  const [first, second] = [makeAsking("a", { wait: 1 }), makeAsking("b", { wait: 1 })];
  const words = make("div", { class: "cx-thanks" });
  words.isTarget = true;
  second.append(words);
  const turns = await openView([first, second]);
  assert.equal(turns[0], undefined);
  assert.equal(turns[1].thanked, true);
  assert.ok(isAbout(read("cx-ask-b").until, REST.answered));
});

test("a forbidden store asks nobody: it would ask at each view", async () => {
  openPage();
  globalThis.localStorage = makeStore({ isForbidden: true });
  const asking = [makeAsking("a", { wait: 1 })];
  document.querySelectorAll = () => asking;
  const { draw } = await load("surveys/frequency_capping.js?forbidden");
  assert.equal(draw(asking[0]), undefined);
});
