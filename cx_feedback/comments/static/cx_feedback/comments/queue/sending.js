// Decisions are sent in the background, one after the other, while the next comment has the focus.
// What cannot be sent is kept, and what was decided after it too, until its moderator says so.

import { choose, current, next } from "./current_row.js";
import { $, $$, form, lastAct, say, state, words } from "./page.js";
import { post } from "./posting.js";
import { renew } from "./refresh.js";
import { count, idOf, recount, replace, rows } from "./rows.js";

let chain = Promise.resolve(); // What is being sent, in order.
let waiting = 0; // How much of it.

export const settled = () => chain;

// Tells other tabs of the queue that somebody is logged in.
const tabs = new BroadcastChannel("cx-queue");
tabs.postMessage("open");

// Say what is wrong until it is tried again or given up; resolves with whether to try again.
function hold(error) {
  const box = $("[data-cx-unsent-decisions]");
  $("[data-cx-problem]", box).textContent = error.message;
  $("[data-cx-login]", box).hidden = error.kind !== "login";
  box.hidden = false;
  return new Promise((resolve) => {
    const listening = new AbortController();
    const { signal } = listening;
    const go = (again) => () => {
      listening.abort();
      box.hidden = true;
      resolve(again);
    };
    $("[data-cx-again]", box).addEventListener("click", go(true), { signal });
    $("[data-cx-drop]", box).addEventListener("click", go(false), { signal });
    if (error.kind === "login") {
      window.addEventListener("focus", go(true), { signal });
      tabs.addEventListener("message", go(true), { signal });
    }
    if (error.kind === "network") window.addEventListener("online", go(true), { signal });
  });
}

async function untilSent(url, body) {
  for (;;) {
    try {
      return await post(url, body);
    } catch (error) {
      if (!(await hold(error))) return null;
    }
  }
}

function countUnsent(step) {
  waiting += step;
  $("[data-cx-unsent]").textContent = waiting;
}

// Send in order; ``gone`` are hidden meanwhile and come back when it is given up.
function send(url, body, gone, then) {
  countUnsent(1);
  form()?.setAttribute("aria-busy", "true");
  chain = chain.then(async () => {
    const answer = await untilSent(url, body);
    if (answer) {
      recount(answer.changed);
      // It is decided, whatever can be shown.
      if (!showConflicts(answer.conflicts ?? {})) await then?.(answer).catch(() => {});
      say(answer.message, answer.batch);
    } else {
      for (const row of gone) row.hidden = false;
      choose(gone[0] ?? current());
      say(words.dropped);
    }
    countUnsent(-1);
    if (waiting) return;
    form()?.removeAttribute("aria-busy");
    for (const row of $$(".cx-row[hidden]")) row.remove();
    if (!rows().length) await renew().catch(() => {});
    count();
  });
}

// What has changed since it was seen comes back as it is now, with the difference, and is next.
function showConflicts(conflicts) {
  let first;
  for (const [id, html] of Object.entries(conflicts)) {
    const made = replace(id, html);
    first ??= made;
  }
  if (first) choose(first);
  return first;
}

window.addEventListener("beforeunload", (event) => {
  if (waiting) event.preventDefault();
});

const KEPT = ["pick", "unpick", "pin", "unpin", "ban", "reply"];

// Whether a comment leaves this tab by ``act``.
export function leaves(act) {
  if (state() === "all") return false;
  return act === "reply" ? state() !== "published" : !KEPT.includes(act);
}

function body(values = {}) {
  const made = new FormData(); // The token is put in with sending.
  for (const [name, value] of Object.entries(values)) made.append(name, value);
  return made;
}

export function decide(act, chosen, extra = {}) {
  const sent = body({ act, ...extra });
  for (const row of chosen) {
    sent.append("ids", idOf(row));
    sent.append("seen", row.dataset.cxSeen);
  }
  const url = $("[data-cx-form=reject]").action;
  if (!leaves(act)) {
    send(url, sent, [], () => renew(idOf(chosen[0])));
    return;
  }
  const following = next(chosen);
  for (const row of chosen) row.hidden = true;
  choose(following);
  count();
  send(url, sent, chosen);
}

// Take back the last act, then the one before it, and so on.
export function undo() {
  // What is being sent comes first: it is what the moderator wants back.
  chain = chain.then(() => {
    const batch = lastAct();
    if (!batch) {
      say(words.nothingToUndo);
      return;
    }
    const url = words.undo.replace(/0[0-]+0/, batch);
    send(url, body(), [], (answer) => renew(Object.keys(answer.changed)[0]));
  });
}
