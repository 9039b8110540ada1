// The moderators' queue by keyboard and without page reloads. Every act is a button or a link that
// works without this file. Here clicks are led to the other modules, in keyboard.js keys.

import { close, insertSaved, open, submitted } from "./dialogs.js";
import { decideTogether } from "./groups.js";
import "./keyboard.js";
import { choose, current } from "./current_row.js";
import { begin, refresh, showArrived } from "./news.js";
import { $, say, words } from "./page.js";
import { count, ofGroup, ready, rows, ticked } from "./rows.js";
import { decide, undo } from "./sending.js";

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
