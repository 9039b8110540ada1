// What of core.js can wait until somebody writes, or has written: sending, trying again, drafts
// that come back, other tabs.
import { PREFIX, getId, getNote, isTyped, keep, listIds, load, newKey, post, save, tell, ticks } from "./core.js";

// In the words for the state that the server answered.
export function showThanks(form, data) {
  const thanks = (form.closest(".cx-vote, .cx-inline, .cx") ?? form.parentElement).querySelector(".cx-thanks");
  if (!thanks) return;
  for (const each of thanks.querySelectorAll("[data-cx-state]")) each.hidden = each.dataset.cxState !== (data?.checking ? "checking" : data?.state);
  thanks.classList.add("cx-shown");
  thanks.tabIndex = -1;
  thanks.focus();
}

const WEEK = 6048e5;
const problems = () => import("./problems.js");
const find = (id) => [...document.forms].find((form) => getNote(form) && getId(form) === id);

// The form says again what was typed, except where somebody has begun to write. Scripts of rooms
// listen to `cx:restored`.
function restore(form, begun) {
  const draft = load(getId(form));
  if (!draft?.given || form.querySelector("[checked]:not([data-cx-private] *)")) return;
  const { key, since, step, given, act, problem } = draft;
  for (const [name, value] of Object.entries({ cxKey: key, cxSince: since, cxStep: step })) if (value) form.dataset[name] = value;
  for (const field of form.elements) {
    if (!isTyped(field) || (begun && (ticks(field) ? field.checked : field.value))) continue;
    const mine = given.filter(([name]) => name === field.name).map((pair) => pair[1]);
    if (ticks(field)) field.checked = mine.includes(field.value) && !(begun && form.querySelector(`[name="${field.name}"]:checked`));
    else field.value = mine[0] ?? "";
  }
  getNote(form).hidden = false;
  tell(form, act);
  form.dispatchEvent(new Event("cx:restored"));
  if (begun && !act) keep(form);
  if (problem) problems().then(({ showErrors }) => showErrors(form, problem, true), () => {});
}

function reset(form) {
  form.reset();
  for (const name of ["cxKey", "cxSince", "cxStep"]) delete form.dataset[name];
  tell(form);
  form.dispatchEvent(new Event("cx:restored"));
}

// The identity of each form for which a draft was looked for.
const met = new WeakMap();

// A form is there, or answers another comment now: its draft goes along, but what waits to be sent
// stays where it was, and a draft that was there before comes back.
export function meet(form) {
  if (!getNote(form)) return;
  const id = getId(form), from = met.get(form), draft = from && load(from);
  if (id === from) return;
  met.set(form, id);
  if (load(id)) restore(form, !from && form.dataset.cxSince);
  else if (draft?.act) reset(form);
  else if (draft) save(from), keep(form);
}

function send({ api, method, lang, key, body }, more) {
  return fetch(api, {
    method,
    headers: { "Content-Type": "application/json", "Accept-Language": lang, "Idempotency-Key": key },
    body: more ? JSON.stringify({ ...JSON.parse(body), ...more }) : body,
    signal: AbortSignal.timeout?.(3e4),
  });
}

// A proof of work, asked for by the server.
async function solve({ challenge, solver }) {
  const module = await import(new URL(solver, location.href));
  return { challenge: await module.solve(challenge) };
}

async function finish(form, data) {
  delete form.dataset.cxKey;
  tell(form);
  if (form.querySelector("[data-cx-made]")) (await problems()).clearErrors(form);
  showThanks(form, data);
  form.dispatchEvent(new CustomEvent("cx:done", { bubbles: true, detail: data }));
}

let timer, due = Infinity, tries = 0;
// The soonest counts; a timer of more than 24 days would end at once.
function later(seconds = Math.min(2 ** ++tries, 300)) {
  const wait = Math.min(seconds, 3600) * 1e3;
  if (Date.now() + wait >= due) return;
  due = Date.now() + wait;
  clearTimeout(timer);
  timer = setTimeout(sweep, wait);
}

// One tab at a time, where the browser can tell (by TLS).
const alone = (id, options, job) =>
  navigator.locks ? navigator.locks.request(id, options, (lock) => lock && job()) : job();

// `pressed`: its reader waits for the answer. `form` is missing on other pages than its own.
export const deliver = (id, act, form, pressed) =>
  alone(id, { ifAvailable: !pressed }, () => attempt(id, act, form, pressed));

async function attempt(id, act, form, pressed) {
  const kept = load(id)?.act;
  if (pressed ? form.dataset.cxKey !== act.key : !kept) return; // Another tab was quicker.
  let response, data;
  try {
    response = await send(act);
    if (response.status === 428) response = await send(act, await solve(await response.json()));
    const text = await response.text();
    data = text ? JSON.parse(text) : null;
  } catch { /* no connection, half an answer, or no JSON */ }
  const { ok, status, headers } = response ?? {};
  const again = !(status < 500) || [408, 425, 429].includes(status);
  const draft = load(id);
  if (kept && !draft?.act) return; // Changed meanwhile, or sent by another tab.
  if (ok && data !== undefined) {
    tries = 0;
    // Other tabs learn the answer, and that the draft is gone.
    if (kept) save(id, { done: data }), save(id);
    if (form) await finish(form, data);
    else document.dispatchEvent(new Event("cx:sent"));
  } else if (!again && data) {
    const { showErrors } = form ? await problems() : {}, key = newKey();
    if (kept) save(id, { ...draft, key, act: undefined, problem: form ? undefined : data });
    if (!form) return;
    form.dataset.cxKey = key;
    tell(form);
    showErrors(form, data);
  } else if (kept && (again || !pressed || /json/.test(headers.get("Content-Type")))) {
    const wait = +headers?.get("Retry-After") || undefined;
    if (wait) save(id, { ...draft, until: Date.now() + wait * 1e3 });
    if (form) tell(form, true, data?.detail);
    later(wait);
  } else if (data) {
    (await problems()).showErrors(form, data);
  } else post(form);
}

// "Forget me" leaves a cookie, for all tabs. What docs/privacy.md lists goes.
const OURS = /^cx-(ask|comments-|draft |name|once|order|poll |visits)/;
function expire() {
  const forget = document.cookie.includes("cx_forget=");
  if (forget) document.cookie = "cx_forget=; path=/; max-age=0";
  if (forget) for (const id of listIds("cx-")) if (OURS.test(id)) save(id);
  for (const id of listIds()) if (!(load(id)?.at > Date.now() - WEEK)) save(id);
}

// Sends what waits, of any page.
export function sweep() {
  due = Infinity;
  expire();
  for (const id of listIds()) {
    const { act, until } = load(id);
    if (act && until > Date.now()) later((until - Date.now()) / 1e3);
    else if (act) deliver(id, act, find(id)).catch(() => later());
  }
}

function start() {
  expire();
  for (const form of document.forms) {
    if (!getNote(form)) continue;
    const id = getId(form), base = id.slice(0, id.lastIndexOf(" ") + 1);
    const [newest] = listIds().filter((each) => each.startsWith(base)).sort((a, b) => load(b).at - load(a).at);
    if (newest && form.elements.parent && !form.dataset.cxSince) {
      form.dispatchEvent(new CustomEvent("cx:reopen", { detail: newest.slice(base.length) }));
    }
    meet(form);
  }
}

start();
// Back from the browser's memory: what waited here may be sent.
addEventListener("pageshow", ({ persisted }) => {
  for (const form of persisted ? document.forms : []) {
    if (form.querySelector("[data-cx-unsent]:not(:empty)") && !load(getId(form))) reset(form);
  }
});
document.addEventListener("cx:moved", ({ target }) => meet(target));
addEventListener("storage", ({ key, newValue }) => {
  const form = key?.startsWith(PREFIX) && find(key), draft = JSON.parse(newValue);
  if (!form) return;
  if (!draft) reset(form);
  else if ("done" in draft) finish(form, draft.done);
  else restore(form);
});
