import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { make, makeForm, openPage } from "./fake_page.js";
import { load } from "./paths.js";

const forms = await load("core/forms.js");

beforeEach(() => openPage());

const field = (name, value, more = {}) => make("input", { name, value, ...more });

test("names with dots make objects, types make numbers, truths and lists", () => {
  const form = make(
    "form",
    {},
    field("page", "12", { "data-cx-type": "number" }),
    field("answers.name", "Ana"),
    field("answers.agree", "on", { type: "checkbox", checked: true, "data-cx-type": "true" }),
    field("answers.two", "a", { type: "checkbox", checked: true, "data-cx-type": "list" }),
    field("answers.two", "b", { type: "checkbox", checked: true, "data-cx-type": "list" }),
    field("answers.two", "c", { type: "checkbox", "data-cx-type": "list" }),
  );
  assert.deepEqual(forms.collect(form), {
    page: 12,
    answers: { name: "Ana", agree: true, two: ["a", "b"] },
  });
});

test("what is empty, disabled, without a name or only for plain posts is left out", () => {
  const form = make(
    "form",
    {},
    field("empty", ""),
    field("kept_empty", "", { "data-cx-empty": "" }),
    field("off", "x", { disabled: true }),
    field("", "x"),
    field("form", "x", { "data-cx-type": "skip" }),
    field("send", "x", { type: "submit" }),
    field("radio", "x", { type: "radio" }),
  );
  form.elements.kept_empty.dataset.cxEmpty = "1";
  assert.deepEqual(forms.collect(form), { kept_empty: "" });
});

test("another answer goes with its words", () => {
  const form = make(
    "form",
    {},
    field("answers.q", ":other", { type: "radio", checked: true }),
    field("answers.q.other", "Mine", { "data-cx-type": "skip" }),
  );
  assert.deepEqual(forms.collect(form), { answers: { q: { other: "Mine" } } });
});

test("a plain post goes under the key that was tried", () => {
  const form = makeForm({ "data-cx-key": "k" });
  forms.postPlainly(form);
  assert.equal(form.isPosted, true);
  assert.equal(form.elements.idempotency_key.value, "k");
  assert.equal(forms.collect(form).idempotency_key, undefined);
});

test("a form says that it is not sent yet, and no longer", () => {
  const form = makeForm();
  const line = form.querySelector("[data-cx-unsent]");
  forms.showUnsent(form, true, "Too many.");
  assert.equal(line.textContent, "Too many. Not sent yet.");
  forms.showUnsent(form, false);
  assert.equal(line.textContent, "");
});
