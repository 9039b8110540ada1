// Sends forms with data-cx-api as JSON, else plainly. What can wait is in outbox.js.
import { getDraftId, getKey, keepDraft, listDrafts } from "./drafts.js";
import { collect, postPlainly, showUnsent } from "./forms.js";

const PAUSE = 5000;

// Under another address after a failure, which some browsers remember.
let retry = "";
function loadOutbox() {
  return import(`./outbox.js${retry}`).catch((error) => {
    retry = `?${Date.now()}`;
    throw error;
  });
}

// Sends what waits. "Forget me" leaves a cookie.
function wake() {
  if (!listDrafts().length && !document.cookie.includes("cx_forget=")) return;
  loadOutbox().then(
    ({ sweep }) => sweep(),
    () => setTimeout(wake, PAUSE),
  );
}

function buildAct(form) {
  const { elements, dataset } = form;
  return {
    api: dataset.cxApi,
    method: dataset.cxMethod ?? "POST",
    lang: elements.lang?.value || document.documentElement.lang,
    key: getKey(form),
    body: JSON.stringify(collect(form)),
  };
}

async function submit(event) {
  const { target: form, submitter: button } = event;
  const { elements, dataset } = form;
  if (!dataset.cxApi || button?.name === "preview" || event.defaultPrevented) return;
  event.preventDefault();
  button?.toggleAttribute("disabled", true);
  form.ariaBusy = true;
  if (elements.seconds && dataset.cxSince) {
    elements.seconds.value = Math.round((Date.now() - dataset.cxSince) / 1000);
  }
  const act = buildAct(form);
  const id = getDraftId(form); // The form may move.
  const kept = keepDraft(form, act);
  try {
    const { deliver } = await loadOutbox();
    await deliver(id, act, form, true);
  } catch {
    if (kept) {
      showUnsent(form, true);
      setTimeout(wake, PAUSE);
    } else postPlainly(form);
  } finally {
    button?.toggleAttribute("disabled", false);
    form.ariaBusy = null;
  }
}

function onFocus({ target: { form } }) {
  if (!form?.dataset.cxApi) return;
  loadOutbox().then(
    ({ meet }) => meet(form),
    () => {},
  );
}

function onInput({ target: { form } }) {
  if (!form?.dataset.cxApi) return;
  form.dataset.cxSince ??= Date.now();
  if (!keepDraft(form)) delete form.dataset.cxKey; // Other words are another request.
  showUnsent(form, false);
}

// Once for a page that loads this file under two names.
if (globalThis.document && !document.cx) {
  document.cx = true;
  document.addEventListener("submit", submit);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("input", onInput);
  document.addEventListener("DOMContentLoaded", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  for (const name of ["pageshow", "online"]) addEventListener(name, wake);
}
