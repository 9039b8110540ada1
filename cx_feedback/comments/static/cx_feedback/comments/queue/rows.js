// The rows of the queue: which are shown and ticked, how many, and which stand together.

import { $, $$, form, state } from "./page.js";

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

// Put the row of the comment ``id`` as the server sends it in the place of the one that is shown.
export function replace(id, html) {
  const made = document.createRange().createContextualFragment(html).querySelector(".cx-row");
  const old = $$(".cx-row").find((row) => idOf(row) === id);
  if (!old) return null;
  old.replaceWith(made);
  return made;
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
    if (/^\d+$/.test(shown?.textContent))
      shown.textContent = Math.max(0, Number(shown.textContent) + step);
  };
  for (const [before, after] of Object.values(changed)) {
    add(before, -1);
    add(after, 1);
    if (["edited", "flagged", "unread"].includes(state())) add(state(), -1);
  }
}

// What has to be done with rows that came from the server.
export function ready() {
  for (const help of $$("[data-cx-help]")) help.hidden = false;
  $("[data-cx-new-comments]").hidden = true;
  count();
}
