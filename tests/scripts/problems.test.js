import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { make, makeForm, openPage } from "./fake_page.js";
import { load } from "./paths.js";

const { clearErrors, showErrors } = await load("core/problems.js");

beforeEach(() => openPage());

function makeAsking() {
  const name = make("input", { name: "answers.q", "aria-describedby": "help" });
  const words = make("input", { name: "answers.q.other" });
  const group = make("div", { class: "cx-field" }, name, words);
  return { form: makeForm({}, group), group, name, words };
}

const listErrors = (form) =>
  form.querySelectorAll(".cx-error[data-cx-made]").map((each) => each.textContent);

test("an error stands at its field and at the fields below it, and is focused", () => {
  const { form, group, name, words } = makeAsking();
  showErrors(form, { errors: { "answers.q": ["Too short.", "Too dull."] } });
  const [error] = group.querySelectorAll(".cx-error");
  assert.equal(error.textContent, "Too short. Too dull.");
  assert.equal(name.getAttribute("aria-describedby"), `help ${error.id}`);
  assert.equal(words.getAttribute("aria-describedby"), error.id);
  assert.equal(words.getAttribute("aria-invalid"), "true");
  assert.equal(document.activeElement, name);
});

test("a field whose name only begins alike is another", () => {
  const other = make("input", { name: "answers.question" });
  const form = makeForm({}, make("div", { class: "cx-field" }, other));
  showErrors(form, { errors: { "answers.q": ["No."] } });
  assert.equal(other.hasAttribute("aria-invalid"), false);
  assert.deepEqual(listErrors(form), ["No."]);
});

test("what is about no field of the form is an alert below it", () => {
  const { form, name } = makeAsking();
  showErrors(form, { errors: { page: ["No such page."], "answers.q": ["Empty."] } });
  assert.deepEqual(listErrors(form), ["Empty.", "No such page."]);
  assert.equal(form.children.at(-1).role, "alert");
  assert.equal(document.activeElement, name);
});

test("a problem without fields says its detail, or else its title", () => {
  for (const problem of [{ detail: "Closed." }, { title: "Closed." }]) {
    const { form } = makeAsking();
    showErrors(form, problem);
    assert.deepEqual(listErrors(form), ["Closed."]);
    assert.equal(document.activeElement, form.children.at(-1));
  }
});

test("errors go with the next answer, and the descriptions are as before", () => {
  const { form, name, words } = makeAsking();
  showErrors(form, { errors: { "answers.q": ["One."] } });
  showErrors(form, { errors: { "answers.q": ["Two."] } });
  assert.deepEqual(listErrors(form), ["Two."]);
  clearErrors(form);
  assert.deepEqual(listErrors(form), []);
  assert.equal(name.getAttribute("aria-describedby"), "help");
  assert.equal(words.hasAttribute("aria-invalid"), false);
});

test("the reader is left alone where nobody waits for it; rooms are told", () => {
  const { form } = makeAsking();
  const told = [];
  form.addEventListener("cx:problem", ({ detail }) => told.push(detail.type));
  showErrors(form, { type: "closed", detail: "Closed." }, true);
  assert.equal(document.activeElement, undefined);
  assert.deepEqual(told, ["closed"]);
});
