// The rows of the queue: which one keys act on, which are ticked, and fetching them anew.

import { $, $$, form, state, words } from "./page.js";

export const rows = () => $$(".cx-row:not([hidden])");
export const idOf = (row) => row.dataset.cxRow;
export const ticked = () => rows().filter((row) => $(".cx-tick", row)?.checked);
export const offers = (row, act) => !isSettled(row) && $(`[data-cx-action="${act}"]`, row);

// Whether a colleague has decided about the comment meanwhile.
export const isSettled = (row) => row.classList.contains("cx-row--settled");

// The rows that stand together with ``row``, itself included.
export const together = (row) =>
  row.dataset.cxGroup ? rows().filter((one) => one.dataset.cxGroup === row.dataset.cxGroup) : [];

export const ofGroup = (head) =>
  rows().filter((row) => row.dataset.cxGroup === head.dataset.cxGroupHead);

let chosen = null;

export const current = () => chosen;

export function choose(row, focus = true) {
  chosen?.classList.remove("cx-row--current");
  chosen = row ?? null;
  if (!row) return;
  row.classList.add("cx-row--current");
  const long = $(".cx-long", row);
  if (long && focus) long.open = true; // Nothing is decided unread.
  if (focus) {
    const body = $(".cx-main", row);
    body.focus({ preventScroll: true });
    body.scrollIntoView({ block: "nearest" });
  }
}

export function move(step) {
  const all = rows();
  const place = all.indexOf(chosen);
  choose(all[Math.min(all.length - 1, Math.max(0, place < 0 ? 0 : place + step))]);
}

// Put the row of the comment ``id`` as the server sends it in the place of the one that is shown.
export function replace(id, html) {
  const made = document.createRange().createContextualFragment(html).querySelector(".cx-row");
  const old = $$(".cx-row").find((row) => idOf(row) === id);
  if (!old) return null;
  old.replaceWith(made);
  return made;
}

// The row to go to when ``gone`` leave.
export function next(gone) {
  const all = rows();
  const last = all.indexOf(gone.at(-1));
  const stay = (row) => !gone.includes(row);
  return all.slice(last + 1).find(stay) ?? all.slice(0, last).reverse().find(stay) ?? null;
}

// Say of each group how many are left; one alone needs no group.
function countGroups() {
  for (const head of $$(".cx-group")) {
    const left = ofGroup(head).filter((row) => !isSettled(row)).length;
    head.hidden = left < 2;
    $("[data-cx-group-size]", head).textContent = left;
  }
}

// Show how many are ticked, and what can be done with them only if there are some.
export function count() {
  countGroups();
  const number = ticked().length;
  const all = $("[data-cx-all]");
  if (!all) return;
  all.checked = number > 0 && number === rows().length;
  all.indeterminate = number > 0 && !all.checked;
  const shown = $("[data-cx-ticked] b");
  if (shown) shown.textContent = number;
  const acts = $(".cx-bulk-actions");
  if (acts) acts.hidden = !number;
  form().classList.toggle("cx-queue--ticked", number > 0);
}

export const counter = (name) => $(`[data-cx-count="${name}"]`);

// Move the numbers on the tabs; ``changed`` has the states before and after by id.
export function recount(changed) {
  const add = (name, step) => {
    const shown = counter(name);
    // "10000+" stays: one more or less changes nothing.
    if (/^\d+$/.test(shown?.textContent)) shown.textContent = Math.max(0, Number(shown.textContent) + step);
  };
  for (const [before, after] of Object.values(changed)) {
    add(before, -1);
    add(after, 1);
    if (["flagged", "unread"].includes(state())) add(state(), -1);
  }
}

// Fetch the rows anew, as Wagtail's own search does, and go to the comment ``id`` or the first.
export async function renew(id = "") {
  const url = new URL(location.href);
  const response = await fetch(`${words.results}${url.search}`, {
    headers: { "X-Requested-With": "XMLHttpRequest" },
    redirect: "manual", // To the login: that is no list of comments.
  });
  if (!response.ok) throw new Error(response.status);
  $("#listing-results").innerHTML = await response.text();
  ready();
  choose((id && rows().find((row) => idOf(row) === id)) || rows()[0]);
  if (!rows().length) $(".cx-nothing")?.focus();
}

// What has to be done with rows that came from the server.
export function ready() {
  for (const help of $$("[data-cx-help]")) help.hidden = false;
  $("[data-cx-new-comments]").hidden = true;
  count();
}
