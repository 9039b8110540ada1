// The moderators' queue by keyboard and without page reloads. Every act is a button or a link that
// works without this file. ``queue/`` holds the parts; here clicks and keys are led to them.

import { close, insertSaved, keyInside, open, opened, reasonsFor, submitted } from "./queue/dialogs.js";
import { begin, refresh, showArrived } from "./queue/news.js";
import { $, $$, say, words } from "./queue/page.js";
import {
  choose, count, current, move, offers, ofGroup, ready, rows, ticked, together,
} from "./queue/rows.js";
import { decide, undo } from "./queue/sending.js";

// Clicks ---------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.matches("[data-cx-form]")) {
    event.preventDefault();
    submitted(sent, event.submitter);
  } else if (sent.id === "cx-queue") {
    event.preventDefault();
    const button = event.submitter;
    if (button?.dataset.cxGroupAction) {
      decideTogether(button.dataset.cxGroupAction, ofGroup(button.closest(".cx-group")));
    } else if (button?.name === "one") {
      decide(button.dataset.cxAction, [button.closest(".cx-row")]);
    } else if (button && ticked().length) {
      decide(button.value, ticked(), { reason: $("[name=reason]", sent).value });
    } else {
      say(words.none);
    }
  }
});

// Decide about all comments of a group that can be decided on so.
function decideTogether(act, group) {
  const able = group.filter((row) => offers(row, act));
  if (!able.length) say(group.length ? words.not : words.alone);
  else if (act === "reject") open(act, able);
  else decide(act, able);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cx-action]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.dataset.cxAction, [link.closest(".cx-row")]);
  } else if (event.target.closest("[data-cx-saved]")) {
    insertSaved(event.target.closest("[data-cx-saved]"));
  } else if (event.target.closest("[data-cx-undo]")) {
    undo();
  } else if (event.target.closest("[data-cx-help]")) {
    $("#cx-dialog-help").showModal();
  } else if (event.target.closest("[data-cx-new-comments]")) {
    showArrived().catch(() => say(words.problems.network));
  } else if (event.target.closest("[data-cx-fresh]")) {
    refresh(event.target.closest(".cx-row")).catch(() => say(words.problems.network));
  } else if (event.target.matches("dialog.cx-dialog")) {
    close(event.target);
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.closest("#cx-queue")) return;
  if (event.target.matches("[data-cx-all]")) {
    for (const row of rows()) {
      const box = $(".cx-tick", row);
      box.checked = event.target.checked && !box.disabled;
    }
  }
  count();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("#cx-queue .cx-row");
  if (row && row !== current()) choose(row, false);
});

document.addEventListener("close", () => choose(current()), true);

// Keys -----------------------------------------------------------------------------------------

const ACTS = {
  a: ["approve"],
  e: ["refuse_edit"],
  s: ["mark_spam"],
  h: ["hide"],
  t: ["restore"],
  p: ["pick", "unpick"],
  i: ["pin", "unpin"],
};
const DIALOGS = { r: "reject", c: "reply", b: "ban" };

// Keys that need no comment; returns whether ``name`` is one.
function general(name) {
  if (name === "?") $("#cx-dialog-help").showModal();
  else if (name === "u") undo();
  else if (name === "n" && !$("[data-cx-new-comments]").hidden) showArrived().catch(() => say(words.problems.network));
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
    if (about.length) open(DIALOGS[name], name === "r" ? about : about.slice(0, 1));
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

const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

// A key that is held down goes on through the list, and decides about nothing it just came to.
const MOVES = /^(j|k|Arrow.*|Tab|Home|End|Page.*)$/;
const ABOUT = "#cx-queue, .cx-toast, .cx-nothing, .cx-unsent-decisions, .cx-dialog";

function held({ key, target, repeat, ctrlKey, metaKey, altKey }, typed) {
  if (!repeat || altKey) return false;
  const sends = ctrlKey || metaKey || !target.matches("textarea");
  if (ctrlKey || metaKey || typed) return key === "Enter" && sends;
  if (MOVES.test(key) || (key === " " && !target.closest("a, button, input, summary"))) return false;
  return target === document.body || Boolean(target.closest(ABOUT));
}

function taken(event) {
  const typed = event.target.matches(TYPED);
  if (held(event, typed)) return true;
  if (opened()) return keyInside(opened(), event, typed);
  if (typed || event.ctrlKey || event.metaKey || event.altKey) return false;
  const inside = event.target.closest("#cx-queue, .cx-toast, .cx-nothing");
  if (!inside && !(words.keys && event.target === document.body)) return false;
  if (event.key.startsWith("Arrow") && !event.target.closest(".cx-main")) return false;
  return general(event.key) || acting(event.key) || actingTogether(event);
}

// Before Wagtail's own: its "?" shows other help.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing || !taken(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// Beginning, and what arrives --------------------------------------------------------------------

document.documentElement.classList.add("cx-scripted");
ready();
choose(rows()[0], false);
begin();
new MutationObserver(() => {
  // Wagtail's search and filters put new rows in.
  if (!current()?.isConnected) choose(rows()[0], false);
  ready();
}).observe($("#listing-results"), { childList: true });
