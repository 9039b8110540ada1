// Decisions are sent in the background, one after the other, while the next comment has the focus.

import { $, $$, form, lastAct, say, state, words } from "./page.js";
import { choose, count, current, idOf, next, recount, renew, rows } from "./rows.js";

let chain = Promise.resolve(); // What is being sent, in order.
let waiting = 0; // How much of it.

export const settled = () => chain;
export const busy = () => waiting > 0;

export async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? ""), { errors: answer.errors });
  return answer;
}

// Send in order; ``gone`` are hidden meanwhile and come back when it fails.
function send(url, body, gone, then) {
  waiting += 1;
  form()?.setAttribute("aria-busy", "true");
  chain = chain.then(async () => {
    try {
      const answer = await post(url, body);
      recount(answer.changed);
      await then?.(answer);
      say(answer.message, answer.batch);
    } catch (error) {
      for (const row of gone) row.hidden = false;
      choose(gone[0] ?? current());
      say(`${words.failed} ${error.message}`.trim());
    }
    waiting -= 1;
    if (waiting) return;
    form()?.removeAttribute("aria-busy");
    $$(".cx-row[hidden]").forEach((row) => row.remove());
    if (!rows().length) await renew().catch(() => location.reload());
    count();
  });
}

const KEPT = ["pick", "unpick", "pin", "unpin", "ban", "answer"];

// Whether a comment leaves this tab by ``act``.
export function leaves(act) {
  if (state() === "all") return false;
  return act === "answer" ? state() !== "published" : !KEPT.includes(act);
}

function body(values = {}) {
  const made = new FormData();
  made.append("csrfmiddlewaretoken", $("[name=csrfmiddlewaretoken]").value);
  for (const [name, value] of Object.entries(values)) made.append(name, value);
  return made;
}

export function decide(act, chosen, extra = {}) {
  const sent = body({ act, ...extra });
  for (const row of chosen) sent.append("ids", idOf(row));
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
