// The keys of the moderators' queue: which there are, and where they hold.

import { isTyped, listenForKeys } from "../../core/shortcuts.js";
import { current, move } from "./current_row.js";
import { keyInside, open, opened, REASONED, reasonsFor } from "./dialogs.js";
import { decideTogether } from "./groups.js";
import { showArrived } from "./news.js";
import { $, $$, say, words } from "./page.js";
import { count, offers, rows, ticked, together } from "./rows.js";
import { decide, undo } from "./sending.js";

const ACTS = {
  a: ["approve"],
  s: ["mark_spam"],
  h: ["hide"],
  t: ["restore"],
  p: ["pick", "unpick"],
  i: ["pin", "unpin"],
};
const DIALOGS = { r: "reject", e: "refuse_edit", c: "reply", b: "ban", d: "objection" };

// Keys that need no comment; returns whether ``name`` is one.
function general(name) {
  if (name === "?") $("#cx-dialog-help").showModal();
  else if (name === "u") undo();
  else if (name === "n" && !$("[data-cx-new-comments]").hidden)
    showArrived().catch(() => say(words.problems.network));
  else if (name === "j" || name === "ArrowDown") move(1);
  else if (name === "k" || name === "ArrowUp") move(-1);
  else if (name === "*" && rows().length) $("[data-cx-all]").click();
  else if (name === "Escape" && ticked().length) {
    for (const row of ticked()) $(".cx-tick", row).checked = false;
    count();
  } else return false;
  return true;
}

// Keys that act on what is ticked, else on the current row; returns whether ``name`` is one.
function acting(name) {
  const chosen = ticked().length ? ticked() : current() ? [current()] : [];
  if (!chosen.length) return false;
  const able = (act) => chosen.filter((row) => offers(row, act));
  if (name === "x") {
    const box = $(".cx-tick", current());
    box.checked = !box.checked && !box.disabled;
    count();
    say(`${words.ticked} ${ticked().length}`);
  } else if (name === "o") {
    location.assign($(".cx-when", current()).href);
  } else if (name in ACTS) {
    const act = ACTS[name].find((one) => able(one).length);
    if (act) decide(act, able(act));
    else say(words.not);
  } else if (name in DIALOGS) {
    const about = able(DIALOGS[name]);
    if (about.length)
      open(DIALOGS[name], REASONED.includes(DIALOGS[name]) ? about : about.slice(0, 1));
    else say(words.not);
  } else if (/^[1-9]$/.test(name)) {
    const about = able("reject");
    const reasons = about.length ? reasonsFor(about) : null;
    const reason = reasons && $$("button", reasons)[name - 1]?.value;
    if (reason) decide("reject", about, { reason });
    else say(words.not);
  } else return false;
  return true;
}

// Shift with the key of a decision; returns whether it is one.
function actingTogether({ key, shiftKey }) {
  const act = ACTS[key.toLowerCase()]?.[0] ?? (key === "R" && "reject");
  if (!shiftKey || !/^[A-Z]$/.test(key) || !act || !current()) return false;
  decideTogether(act, together(current()));
  return true;
}

// A key that is held down goes on through the list, and decides about nothing it just came to.
const MOVES = /^(j|k|Arrow.*|Tab|Home|End|Page.*)$/;
const ABOUT = "#cx-queue, .cx-toast, .cx-nothing, .cx-unsent-decisions, .cx-dialog";

function held({ key, target, repeat, ctrlKey, metaKey, altKey }, typed) {
  if (!repeat || altKey) return false;
  const sends = ctrlKey || metaKey || !target.matches("textarea");
  if (ctrlKey || metaKey || typed) return key === "Enter" && sends;
  if (MOVES.test(key) || (key === " " && !target.closest("a, button, input, summary")))
    return false;
  return target === document.body || Boolean(target.closest(ABOUT));
}

function taken(event) {
  const typed = isTyped(event);
  if (held(event, typed)) return true;
  if (opened()) return keyInside(opened(), event, typed);
  if (typed || event.ctrlKey || event.metaKey || event.altKey) return false;
  const inside = event.target.closest("#cx-queue, .cx-toast, .cx-nothing");
  if (!inside && !(words.keys && event.target === document.body)) return false;
  if (event.key.startsWith("Arrow") && !event.target.closest(".cx-main")) return false;
  return general(event.key) || acting(event.key) || actingTogether(event);
}

listenForKeys(taken);
