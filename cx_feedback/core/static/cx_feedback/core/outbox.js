// What of core.js can wait until somebody writes, or has written: sending, trying again, other tabs.
// The outbox itself is the client's; here is what its entries, the drafts, mean for forms.
import * as store from "./browser_store.js";
import { Outbox } from "./client/client.js";
import { findForm, loadProblems, meet, reset, restore } from "./draft_forms.js";
import { getDraftId, getKeptNote, listDrafts, newKey, PREFIX } from "./drafts.js";
import { postPlainly, showUnsent } from "./forms.js";
import { showThanks } from "./thanks.js";

export { meet };

// What docs/explanation/privacy.md lists.
const OURS = /^cx-(ask|comments-|draft |name|once|order|poll |reader|visits)/;

// `place` is the form, missing on other pages than its own.
class FormOutbox extends Outbox {
  findPlace(id) {
    return findForm(id);
  }

  isStale(form, act) {
    return form.dataset.cxKey !== act.key; // Another tab was quicker.
  }

  async onStored(_id, { place: form, data }) {
    if (form) await finish(form, data);
    else document.dispatchEvent(new Event("cx:sent"));
  }

  async onLater(_id, { place: form, entry, data }) {
    if (entry) {
      if (form) showUnsent(form, true, data?.detail);
    } else if (data) (await loadProblems()).showErrors(form, data);
    else postPlainly(form);
  }

  onForeign(_id, { place: form }) {
    postPlainly(form);
  }

  // The words stay a draft. On another page the problem waits for the form.
  async onRefused(id, outcome) {
    const { place: form, entry, data } = outcome;
    if (!form) {
      super.onRefused(id, outcome);
      return;
    }
    const { showErrors } = await loadProblems();
    const key = newKey();
    if (entry) store.write(id, { ...entry, key, act: undefined });
    form.dataset.cxKey = key;
    showUnsent(form, false);
    showErrors(form, data);
  }

  // "Forget me" leaves a cookie, for all tabs.
  expire() {
    if (document.cookie.includes("cx_forget=")) {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs TLS.
      document.cookie = "cx_forget=; path=/; max-age=0";
      for (const key of store.listKeys("cx-")) if (OURS.test(key)) store.remove(key);
    }
    super.expire();
  }
}

const outbox = new FormOutbox();

export const deliver = (...args) => outbox.deliver(...args);
export const sweep = () => outbox.sweep();

async function finish(form, data) {
  delete form.dataset.cxKey;
  showUnsent(form, false);
  if (form.querySelector("[data-cx-made]")) (await loadProblems()).clearErrors(form);
  showThanks(form, data);
  form.dispatchEvent(new CustomEvent("cx:done", { bubbles: true, detail: data }));
}

// A reply comes back below the comment that it answers: the newest of several.
function reopen(form) {
  const id = getDraftId(form);
  const base = id.slice(0, id.lastIndexOf(" ") + 1);
  const [newest] = listDrafts()
    .filter((each) => each.startsWith(base))
    .sort((one, other) => store.read(other).at - store.read(one).at);
  if (newest && form.elements.parent && !form.dataset.cxSince) {
    form.dispatchEvent(new CustomEvent("cx:reopen", { detail: newest.slice(base.length) }));
  }
  meet(form);
}

// Back from the browser's memory: what waited here may be sent.
function onPageShow({ persisted }) {
  for (const form of persisted ? document.forms : []) {
    const line = form.querySelector("[data-cx-unsent]");
    if (line?.textContent && !store.read(getDraftId(form))) reset(form);
  }
}

function onOtherTab({ key, newValue }) {
  const form = key?.startsWith(PREFIX) && findForm(key);
  if (!form) return;
  const draft = JSON.parse(newValue);
  if (!draft) reset(form);
  else if ("done" in draft) finish(form, draft.done);
  else restore(form);
}

function start() {
  outbox.expire();
  for (const form of document.forms) if (getKeptNote(form)) reopen(form);
  addEventListener("pageshow", onPageShow);
  document.addEventListener("cx:moved", ({ target }) => meet(target));
  addEventListener("storage", onOtherTab);
}

if (globalThis.document) start();
