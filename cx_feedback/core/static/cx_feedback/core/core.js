// Sends forms with data-cx-api as JSON, else plainly. What is typed stays in this browser until
// the server has it. outbox.js does what can wait until somebody writes.

export function collect(form) {
  const body = {};
  const add = (name, value, list) => {
    const path = name.split(".");
    const last = path.pop();
    let at = body;
    for (const step of path) at = at[step] ??= {};
    if (list) (at[last] ??= []).push(value);
    else at[last] = value;
  };
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "submit" || field.dataset.cxType === "skip") continue;
    if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
    if (field.value === "" && !field.dataset.cxEmpty) continue;
    const type = field.dataset.cxType;
    const words = field.value === ":other" && form.elements[`${field.name}.other`];
    const value = words ? { other: words.value } : type === "number" ? Number(field.value) : field.value;
    add(field.name, type === "true" || value, type === "list");
  }
  return body;
}

// `type`: see `collect`.
export function addHiddenField(form, name, value, type) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  field.dataset.cxType = type;
  form.append(field);
  return field;
}

// A random UUID; crypto.randomUUID needs TLS.
export const newKey = () => URL.createObjectURL(new Blob()).slice(-36);

// Drafts: {at, key, since, step, given, act: what was sent}. The store may be forbidden.
export const PREFIX = "cx-draft ";
const attempt = (job, otherwise) => { try { return job(); } catch { return otherwise; } };
export const load = (id) => attempt(() => JSON.parse(localStorage[id]));
export const listIds = (prefix = PREFIX) => attempt(() => Object.keys(localStorage).filter((id) => id.startsWith(prefix)), []);
export const save = (id, draft) => attempt(() => {
  if (draft) localStorage[id] = JSON.stringify(draft);
  else delete localStorage[id];
  return draft;
});
// The comment that is answered comes last: one form has a draft for each.
export const getId = ({ id, dataset, elements: { page, parent } }) =>
  `${PREFIX}${dataset.cxApi} ${page?.value} ${id} ${parent?.value ?? ""}`;
// The line that says so. Without it, and in previews (?preview=1), nothing is kept.
export const getNote = (form) => form.dataset.cxApi?.match(/^[^?]+$/) && form.querySelector("[data-cx-kept]");
export const isTyped = (f) => f.name && !/hidden|password|submit|button/.test(f.type) && !f.closest("[data-cx-private], .cx-hp");
export const ticks = (f) => /radio|checkbox/.test(f.type);

export function keep(form, act) {
  const note = getNote(form), id = getId(form), { cxSince: since, cxStep: step, cxKey } = form.dataset;
  // An earlier draft comes back first.
  if (!note || (!act && !cxKey && load(id))) return;
  note.hidden = false; // Not at the focus: what moves under a finger is missed.
  const given = [...form.elements].filter((f) => isTyped(f) && f.value && (f.checked || !ticks(f))).map((f) => [f.name, f.value]);
  const key = form.dataset.cxKey ??= newKey();
  return save(id, (act || given.length) && { at: Date.now(), key, since, step, given, act });
}

export function tell(form, waits, said = "") {
  const line = form.querySelector("[data-cx-unsent]");
  if (line) line.textContent = waits ? `${said} ${line.dataset.cxUnsent}` : "";
}

// Under the key that was tried: what came through after all is not stored twice.
export function post(form) {
  addHiddenField(form, "idempotency_key", form.dataset.cxKey ?? "", "skip");
  form.submit();
}

// Under another address after a failure, which some browsers remember.
let again = "";
const outbox = () => import(`./outbox.js${again}`).catch((error) => {
  again = `?${Date.now()}`;
  throw error;
});

// "Forget me" leaves a cookie.
const wake = () => {
  if (listIds().length || document.cookie.includes("cx_forget=")) outbox().then(({ sweep }) => sweep(), () => setTimeout(wake, 5e3));
};

async function submit(event) {
  const { target: form, submitter: button } = event, { elements, dataset } = form;
  if (!dataset.cxApi || button?.name === "preview" || event.defaultPrevented) return;
  event.preventDefault();
  button?.toggleAttribute("disabled", true);
  form.ariaBusy = true;
  if (elements.seconds && dataset.cxSince) elements.seconds.value = Math.round((Date.now() - dataset.cxSince) / 1e3);
  const act = {
    api: dataset.cxApi,
    method: dataset.cxMethod ?? "POST",
    lang: elements.lang?.value || document.documentElement.lang,
    key: dataset.cxKey ??= newKey(),
    body: JSON.stringify(collect(form)),
  };
  const kept = keep(form, act);
  try {
    await (await outbox()).deliver(getId(form), act, form, true);
  } catch {
    if (!kept) post(form);
    else tell(form, true), setTimeout(wake, 5e3);
  } finally {
    button?.toggleAttribute("disabled", false);
    form.ariaBusy = null;
  }
}

// Once for a page that loads this file under two names.
if (globalThis.document && !document.cx) {
  document.cx = true;
  document.addEventListener("submit", submit);
  document.addEventListener("focusin", ({ target: { form } }) => {
    if (form?.dataset.cxApi) outbox().then(({ meet }) => meet(form), () => {});
  });
  document.addEventListener("input", ({ target: { form } }) => {
    if (!form?.dataset.cxApi) return;
    form.dataset.cxSince ??= Date.now();
    if (!keep(form)) delete form.dataset.cxKey; // Other words are another request.
    tell(form);
  });
  document.addEventListener("DOMContentLoaded", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  for (const name of ["pageshow", "online"]) addEventListener(name, wake);
}
