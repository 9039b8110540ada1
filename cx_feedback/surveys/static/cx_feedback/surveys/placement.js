// Decides whom to ask, when and how often: one at a time of all that could slide in, with a day
// between two. The state is stored in this browser only: until when it rests, and 1 if the reader
// was drawn by lot, 2 if the reader closed it.
import { getId, load } from "../core/core.js";

const COMMON = "cx-ask", all = [...document.querySelectorAll("[data-cx-ask]")];
const stateOf = (key) => (localStorage[key] ?? "").split(",");
const until = (key) => +stateOf(key)[0];
const wait = (key, days, drawn) => { localStorage[key] = [Date.now() + days * 864e5, drawn]; };
const settings = (el) => JSON.parse(el.dataset.cxAsk);
// What was begun, and not closed, comes back with its draft.
const isBegun = (el) => {
  const form = el.querySelector("form[data-cx-api]");
  try { return form && stateOf(settings(el).key)[1] !== "2" && load(getId(form)); } catch { return null; }
};
// The one whose turn it is in this page view: first that whose thanks are shown.
let turn = all.find((el) => el.querySelector(":target")) ?? all.find(isBegun);

for (const el of all) {
  const { key, share, rest, ms, seen, end, one } = settings(el), slides = ms || seen, begun = isBegun(el);
  const rests = () => !begun && Math.max(until(key), slides ? until(COMMON) : 0) > Date.now();
  let done = el.querySelector(":target");
  try {
    if (done) wait(key, rest[0]);
    else if (rests() || turn && turn !== el && (slides || one)) continue;
    else if (begun || stateOf(key)[1] || Math.random() * 100 < share) wait(key, 0, 1);
    else { wait(key, rest[0]); continue; }
  } catch { if (!done) continue; }
  if (slides || one) turn = el;
  const close = (days) => { if (el.isConnected) el.remove(), done || wait(key, days, 2); };
  const show = () => {
    // Another tab may have asked since this page was opened.
    if (!done && rests()) return;
    el.hidden = false;
    el.removeAttribute("data-cx-ask");
    if (done || !slides) return;
    const box = el.querySelector(".cx-asked");
    const { left, right } = el.parentElement.getBoundingClientRect(), rtl = getComputedStyle(el).direction === "rtl";
    const side = box.open = (rtl ? left : innerWidth - right) > 384;
    el.className += side ? " cx-slide cx-side" : " cx-slide";
    wait(key, rest[2], 1);
    wait(COMMON, 1);
    addEventListener("keydown", (e) => e.key === "Escape" && close(rest[2]));
    addEventListener("focusin", (e) => { if (!el.contains(e.target)) box.open = side; });
  };
  el.addEventListener("cx:done", () => { done = 1; wait(key, rest[0]); });
  el.addEventListener("click", ({ target }) => { if (target.closest(".cx-bar button")) close(rest[target.value]); });
  const look = () => {
    const { top, height } = (end && (el.closest("article") ?? document.querySelector("article:has(h1)") ?? el.closest("main"))
      || document.documentElement).getBoundingClientRect();
    if ((innerHeight - top) / height > seen - .01) removeEventListener("scroll", look), show();
  };
  if (done || begun || !slides) show();
  else if (ms) setTimeout(show, ms);
  else addEventListener("scroll", look), look();
}
