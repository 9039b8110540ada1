// Decides whom to ask, when and how often: one at a time of all that could slide in, with a day
// between two. The state is stored in this browser only: until when it rests, and 1 if the reader
// was drawn by lot, 2 if the reader closed it.
import { getId, load } from "../core/core.js";

const COMMON = "cx-ask";
const stateOf = (key) => (localStorage[key] ?? "").split(",");
const until = (key) => +stateOf(key)[0];
const wait = (key, days, drawn) => { localStorage[key] = [Date.now() + days * 864e5, drawn]; };
const settings = (el) => JSON.parse(el.dataset.cxAsk);
// What was begun, and not closed, comes back with its draft.
const isBegun = (el) => {
  const form = el.querySelector("form[data-cx-api]");
  try { return form && stateOf(settings(el).key)[1] !== "2" && load(getId(form)); } catch { return null; }
};
export const all = [...document.querySelectorAll("[data-cx-ask]")];
// The one whose turn it is in this page view: first that whose thanks are shown.
let turn = all.find((el) => el.querySelector(":target")) ?? all.find(isBegun);

// Returns how ``el`` is to be shown in this page view, nothing if it rests.
export const draw = (el) => {
  const { key, share, rest, one, ...when } = settings(el), slides = when.ms || when.seen, begun = isBegun(el);
  const rests = () => !begun && Math.max(until(key), slides ? until(COMMON) : 0) > Date.now();
  const done = el.querySelector(":target");
  try {
    if (done) wait(key, rest[0]);
    else if (rests() || turn && turn !== el && (slides || one)) return;
    else if (begun || stateOf(key)[1] || Math.random() * 100 < share) wait(key, 0, 1);
    else return wait(key, rest[0]);
  } catch { if (!done) return; }
  if (slides || one) turn = el;
  return {
    ...when, slides, begun, done, rests,
    answered: () => wait(key, rest[0]),
    asked: () => { wait(key, rest[2], 1); wait(COMMON, 1); },
    closed: (how) => wait(key, rest[how], 2),
  };
};
