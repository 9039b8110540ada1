// Drafts that come back into their forms.
import * as store from "./browser_store.js";
import { getDraftId, getKeptNote, isTyped, keepDraft } from "./drafts.js";
import { isChoice, showUnsent } from "./forms.js";

export const loadProblems = () => import("./problems.js");

export function findForm(id) {
  return [...document.forms].find((form) => getKeptNote(form) && getDraftId(form) === id);
}

// The form says again what was typed, except where somebody has begun to write. Scripts of rooms
// listen to `cx:restored`.
export function restore(form, isBegun) {
  const draft = store.read(getDraftId(form));
  if (!draft?.given || form.querySelector("[checked]:not([data-cx-private] *)")) return;
  const { key, since, step, act, problem } = draft;
  for (const [name, value] of Object.entries({ cxKey: key, cxSince: since, cxStep: step })) {
    if (value) form.dataset[name] = value;
  }
  for (const field of form.elements) {
    if (isTyped(field)) fillIn(form, field, draft.given, isBegun);
  }
  getKeptNote(form).hidden = false;
  showUnsent(form, act);
  form.dispatchEvent(new Event("cx:restored"));
  if (isBegun && !act) keepDraft(form);
  if (problem)
    loadProblems()
      .then(({ showErrors }) => showErrors(form, problem, true))
      .catch(() => {});
}

function fillIn(form, field, given, isBegun) {
  const isChosen = isChoice(field);
  if (isBegun && (isChosen ? field.checked : field.value)) return;
  const values = given.filter(([name]) => name === field.name).map(([, value]) => value);
  if (!isChosen) field.value = values[0] ?? "";
  else {
    const others = isBegun && form.querySelector(`[name="${field.name}"]:checked`);
    field.checked = values.includes(field.value) && !others;
  }
}

export function reset(form) {
  form.reset();
  for (const name of ["cxKey", "cxSince", "cxStep"]) delete form.dataset[name];
  showUnsent(form, false);
  form.dispatchEvent(new Event("cx:restored"));
}

// The identity of each form for which a draft was looked for.
const identities = new WeakMap();

// A form is there, or answers another comment now: its draft goes along, but what waits to be sent
// stays where it was, and a draft that was there before comes back.
export function meet(form) {
  if (!getKeptNote(form)) return;
  const id = getDraftId(form);
  const met = identities.get(form);
  if (id === met) return;
  identities.set(form, id);
  // Before this file was there, words may have been written, and the form moved.
  const former = met ?? form.dataset.cxKept;
  const draft = former !== id && store.read(former);
  const here = store.read(id);
  const isOwn = here && here.key === form.dataset.cxKey;
  if (isOwn && draft && !draft.act) store.remove(former);
  if (here) restore(form, isOwn || (!met && !draft && form.dataset.cxSince));
  else if (draft?.act) reset(form);
  else if (draft) {
    store.remove(former);
    keepDraft(form);
  }
}
