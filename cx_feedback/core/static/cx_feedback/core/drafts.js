// What was typed stays in this browser until the server has it: docs/architecture.md, "The outbox".
import * as store from "./browser_store.js";
import { isGiven } from "./forms.js";

export const PREFIX = "cx-draft ";

export const listDrafts = () => store.listKeys(PREFIX);

// The comment that is answered comes last: one form has a draft for each.
export function getDraftId({ id, dataset, elements: { page, parent } }) {
  return `${PREFIX}${dataset.cxApi} ${page?.value} ${id} ${parent?.value ?? ""}`;
}

// Without the line that says so, and in previews (?preview=1), nothing is kept.
export function getKeptNote(form) {
  return form.dataset.cxApi?.match(/^[^?]+$/) && form.querySelector("[data-cx-kept]");
}

export function isTyped(field) {
  const { name, type } = field;
  if (!name || /hidden|password|submit|button/.test(type)) return false;
  return !field.closest("[data-cx-private], .cx-hp");
}

// A random UUID; crypto.randomUUID needs TLS.
export function newKey() {
  return URL.createObjectURL(new Blob()).slice(-36);
}

export function getKey(form) {
  form.dataset.cxKey ??= newKey();
  return form.dataset.cxKey;
}

// Returns an earlier draft that the form hasn't shown. One that waits to be sent makes room.
function takeEarlier(id, key) {
  const draft = store.read(id);
  if (!draft || draft.key === key) return {};
  if (!draft.act) return draft;
  store.write(PREFIX + draft.key, draft);
  return {};
}

// Returns the draft, if one is kept. `act` is the request that is sent.
export function keepDraft(form, act) {
  const note = getKeptNote(form);
  if (!note) return undefined;
  note.hidden = false; // Not at the focus: what moves under a finger is missed.
  const id = getDraftId(form);
  const { cxSince: since, cxStep, cxKey } = form.dataset;
  const { given: earlier = [], step = cxStep, problem } = takeEarlier(id, cxKey);
  const typed = [...form.elements]
    .filter((field) => isTyped(field) && isGiven(field))
    .map((field) => [field.name, field.value]);
  const isTypedAnew = ([name]) => typed.some(([each]) => each === name);
  const given = [...typed, ...earlier.filter((each) => !isTypedAnew(each))];
  form.dataset.cxKept ??= id; // See meet() in draft_forms.js.
  const key = getKey(form);
  const draft = { at: Date.now(), key, since, step, given, problem, act };
  if (act || given.length) return store.write(id, draft);
  store.remove(id);
  return undefined;
}
