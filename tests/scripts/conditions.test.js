import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { load } from "./paths.js";

const file = new URL("../surveys/flow/cases.json", import.meta.url);
const cases = JSON.parse(await readFile(file, "utf8"));
const { matches } = await load("surveys/condition_rules.js");
const { splitIntoPages } = await load("surveys/routing.js");
const { insertAnswers } = await load("surveys/piping.js");

// As cases.py: rules alone are a condition of all of them.
function buildCondition(raw = []) {
  const { match, rules = [] } = Array.isArray(raw) ? { match: "all", rules: raw } : raw;
  return {
    match,
    rules: rules.map(([question, operator, value]) => ({ question, operator, value })),
  };
}

function buildItem([key, raw]) {
  const kind = { "-": { page_break: true }, "!": { ending: true } }[key[0]];
  return { key, show_if: buildCondition(raw), ...kind };
}

for (const [words, raw, answers, held] of cases.matches) {
  test(`matches: ${words}`, () => {
    assert.equal(Boolean(matches({ show_if: buildCondition(raw) }, answers)), held);
  });
}

for (const [words, items, answers, keys] of cases.pages) {
  test(`pages: ${words}`, () => {
    const pages = splitIntoPages(items.map(buildItem), answers);
    assert.deepEqual(
      pages.map((page) => page.map((item) => item.key)),
      keys,
    );
  });
}

test("an item without a condition is shown", () => {
  assert.equal(matches({ key: "q" }, {}), true);
});

test("piping: answers, words without one, and the comma before nothing", () => {
  const say = (text) => insertAnswers(text, { name: "Ana", empty: "" });
  assert.equal(say("Hello, {{ name }}!"), "Hello, Ana!");
  assert.equal(say("Hello, {{ empty }}!"), "Hello!");
  assert.equal(say("Hello, {{ other|reader }}!"), "Hello, reader!");
  assert.equal(say("{{name}} and {{ name }}"), "Ana and Ana");
  assert.equal(say("{{ Name }} {% name %}"), "{{ Name }} {% name %}");
});

test("piping: what an answer says is text, no pattern and no place", () => {
  assert.equal(insertAnswers("{{ a }}", { a: "$& {{ b }}", b: "x" }), "$& {{ b }}");
});
