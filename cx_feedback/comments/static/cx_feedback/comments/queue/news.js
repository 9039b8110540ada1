// What colleagues and readers do meanwhile. Rows stay where they are, with their focus, ticks and
// dialogs, until their moderator asks.

import { ask, pollWhileVisible } from "../../core/polling.js";
import { choose, current } from "./current_row.js";
import { $, $$, form, words } from "./page.js";
import { renew } from "./refresh.js";
import { count, counter, idOf, isSettled, ready, replace, rows } from "./rows.js";

// Rows that are asked about: those around the current one.
const ROWS = 100;

let etag = "";
let arrived = []; // IDs of new comments that can be put in.

const list = () => $("#cx-queue, .cx-nothing");

export const begin = () => pollWhileVisible(look);

function parameters() {
  const found = new URLSearchParams(location.search);
  const all = rows();
  const place = Math.max(0, all.indexOf(current()) - ROWS / 2);
  const near = all.slice(place, place + ROWS);
  found.set("seen", near.map((row) => row.dataset.cxSeen).join(","));
  found.set("since", list()?.dataset.cxSince ?? "");
  if (current()) found.set("at", idOf(current()));
  return found;
}

async function look() {
  const since = list()?.dataset.cxSince;
  const response = await ask(words.news, parameters(), etag);
  if (!response.ok) return; // 304: nothing has changed.
  const news = await response.json();
  etag = response.headers.get("ETag");
  const said = rows()
    .map((row) => mark(row, news))
    .filter(Boolean);
  for (const [name, number] of Object.entries(news.counts)) {
    const shown = counter(name);
    if (shown) shown.textContent = number;
  }
  // Rows that were fetched meanwhile have what this answer calls new.
  if (since === list()?.dataset.cxSince) {
    if (news.arrived.length && !rows().length && !form()) await renew();
    else said.push(offer(news));
  }
  const live = $("[data-cx-live]");
  if (said.some(Boolean)) live.textContent = said.filter(Boolean).join(" ");
}

// Offer the new comments; returns what to say if there are more than before.
function offer({ arrived: ids, message }) {
  const isNews = ids.at(-1) !== arrived.at(-1) && ids.length > 0;
  arrived = ids;
  const box = $("[data-cx-new-comments]");
  box.hidden = !ids.length;
  $("button", box).textContent = message;
  return isNews ? message : "";
}

// Show on a row what happened to it; returns what is new about it.
function mark(row, news) {
  const looking = news.looking[idOf(row)] ?? "";
  const isNew = note(row, "cx-looking", looking) && row === current();
  const change = news.changed[row.dataset.cxSeen];
  settle(row, Boolean(change?.settled));
  const isChanged = note(row, "cx-changed", change?.words ?? "", offerFresh);
  if (isChanged && change) return `${row.dataset.cxName}: ${change.words}`;
  return isNew ? looking : "";
}

// Put a line below the author's name, or take it away; returns whether it has changed.
function note(row, name, text, decorate) {
  const old = $(`.${name}`, row);
  if ((old?.dataset.cxText ?? "") === text) return false;
  const hadFocus = old?.contains(document.activeElement);
  old?.remove();
  if (text) {
    const line = document.createElement("p");
    Object.assign(line, { className: name, textContent: text });
    line.dataset.cxText = text;
    decorate?.(line);
    $(".cx-row-body", row).prepend(line);
  }
  if (hadFocus) $(".cx-main", row).focus({ preventScroll: true });
  return Boolean(text);
}

function offerFresh(line) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small button-secondary";
  button.dataset.cxFresh = "";
  button.textContent = words.fresh;
  line.append(" ", button);
}

// A settled row is grey and takes no decision; the focus stays in it.
function settle(row, settled) {
  if (settled === isSettled(row)) return;
  const inside = $(".cx-row-actions", row);
  const hadFocus = inside.contains(document.activeElement);
  row.classList.toggle("cx-row--settled", settled);
  inside.inert = settled;
  const box = $(".cx-tick", row);
  box.disabled = settled;
  if (settled) box.checked = false;
  if (hadFocus) $(".cx-main", row).focus({ preventScroll: true });
  count();
}

async function fetchRows(ids, seen = "") {
  const found = new URLSearchParams(location.search);
  found.set("ids", ids.join(","));
  found.set("seen", seen);
  const response = await ask(words.rows, found);
  if (!response.ok) throw new Error(response.status);
  return (await response.json()).rows;
}

// Put the row of a comment as it is now in the place of what the moderator has seen.
export async function refresh(row) {
  const html = (await fetchRows([idOf(row)], row.dataset.cxSeen))[idOf(row)];
  if (html) choose(replace(idOf(row), html));
}

// Put the new comments in: at the end, or before the others where the newest come first.
export async function showArrived() {
  const ids = arrived;
  if (!ids.length) return;
  const place = $(".cx-rows");
  if (!place) {
    await renew();
    return;
  }
  const made = await fetchRows(ids);
  const known = new Set($$(".cx-row").map(idOf));
  for (const id of ids.filter((one) => made[one] && !known.has(String(one)))) {
    const row = document.createRange().createContextualFragment(made[id]).querySelector(".cx-row");
    if ("cxNewestFirst" in form().dataset) place.prepend(row);
    else place.append(row);
  }
  form().dataset.cxSince = ids.at(-1);
  arrived = [];
  etag = ""; // There may be more of them than are put in at once.
  const hadFocus = document.activeElement?.closest("[data-cx-new-comments]");
  ready();
  if (!current()) choose(rows()[0], false);
  if (hadFocus) $(".cx-main", current()).focus({ preventScroll: true });
}
