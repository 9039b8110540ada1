// The dialogs: a reason to refuse, a reply, a ban, an objection. Each shows whom and what it is about.

import { next } from "./current_row.js";
import { $, $$, say, words } from "./page.js";
import { post } from "./posting.js";
import { renew } from "./refresh.js";
import { idOf } from "./rows.js";
import { decide, leaves, settled } from "./sending.js";

// Decisions that ask for a reason, for one comment or for many.
export const REASONED = ["reject", "refuse_edit"];

let about = []; // The rows that the open dialog is about.

export const opened = () => $("dialog.cx-dialog[open]");

export function open(name, chosen) {
  const dialog = $(`#cx-dialog-${name}`);
  about = chosen;
  $("[data-cx-whose]", dialog).textContent =
    chosen.length === 1 ? chosen[0].dataset.cxName : chosen.length;
  const quote = $("[data-cx-quote]", dialog);
  if (quote) quote.textContent = chosen.length === 1 ? wordsOf(chosen[0]) : "";
  for (const error of $$("[data-cx-error]", dialog)) error.textContent = "";
  if (name === "ban") offerKinds(dialog, chosen[0].dataset.cxBan.split(" "));
  if (REASONED.includes(name)) offerReasons(dialog, reasonsFor(chosen, name));
  if (name === "objection") load(dialog, chosen[0]);
  dialog.showModal();
  focusFirst(dialog);
}

function focusFirst(dialog) {
  const first = "textarea, .cx-reasons:not([hidden]) button, input:enabled:not([type=hidden])";
  $(first, dialog)?.focus();
}

// Who may decide, and on what, is what the form's own page says.
async function load(dialog, row) {
  const place = $("[data-cx-loaded]", dialog);
  place.textContent = "…";
  try {
    const response = await fetch($("[data-cx-action=objection]", row).href, { redirect: "manual" });
    if (!response.ok) throw response;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (about[0] !== row) return;
    place.replaceChildren(...$$("[data-cx-objection], [data-cx-form=objection]", page));
    focusFirst(dialog);
  } catch {
    place.textContent = words.problems.network;
  }
}

// Each site has reasons of its own: comments of several sites share none.
export function reasonsFor(chosen, name = "reject") {
  const sites = new Set(chosen.map((row) => row.dataset.cxSite));
  if (sites.size !== 1) return null;
  return $(`#cx-dialog-${name} .cx-reasons[data-cx-site="${[...sites][0]}"]`);
}

function offerReasons(dialog, wanted) {
  for (const group of $$(".cx-reasons", dialog)) group.hidden = group !== wanted;
}

function wordsOf(row) {
  const text = $(".cx-text", row);
  const whole = $(".cx-long", text) ?? text;
  const parts = [...whole.children].filter((part) => part.tagName !== "SUMMARY");
  return parts.map((part) => part.textContent).join("\n\n");
}

function offerKinds(dialog, kinds) {
  for (const box of $$("[name=kinds]", dialog)) {
    box.disabled = !kinds.includes(box.value);
    box.checked = !box.disabled && box.value !== "client";
  }
}

export function close(dialog) {
  dialog.close();
  $("form[data-cx-form]", dialog)?.reset();
}

export async function submitted(inside, submitter) {
  const dialog = inside.closest("dialog");
  const act = inside.dataset.cxForm;
  const chosen = about;
  if (REASONED.includes(act)) {
    const reason = $("[name=words]", inside).value || submitter?.value || "";
    close(dialog);
    decide(act, chosen, { reason });
    return;
  }
  const body = new FormData(inside, submitter);
  body.set("seen", chosen[0].dataset.cxSeen);
  const url = inside.dataset.cxAction.replace("/0/", `/${idOf(chosen[0])}/`);
  let answer;
  try {
    await settled();
    answer = await post(url, body);
  } catch (error) {
    complain($("[data-cx-error]", inside), error);
    return;
  }
  close(dialog);
  say(answer.message, answer.batch);
  const following = leaves(act) ? next(chosen) : chosen[0];
  await renew(idOf(following ?? chosen[0])).catch(() => {});
}

// Insert a saved reply where the cursor is, with what the server knows of this comment.
export async function insertSaved(button) {
  const form = button.closest("form"),
    field = $("[name=text]", form);
  const url = form.dataset.cxAction.replace("/0/", `/${idOf(about[0])}/`);
  const query = new URLSearchParams({
    saved: button.dataset.cxSaved,
    name: $("[name=name]", form)?.value ?? "",
  });
  const headers = { Accept: "application/json" };
  const response = await fetch(`${url}?${query}`, { headers, redirect: "manual" });
  if (!response.ok) return complain($("[data-cx-error]", form), new Error(words.problems.other));
  const { text } = await response.json();
  field.focus();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}

// What was written stays in the dialog, to be sent again.
function complain(place, error) {
  const texts = Object.values(error.errors ?? {}).flat();
  place.textContent = texts.join(" ") || error.message;
  if (error.kind !== "login") return;
  const link = document.createElement("a");
  Object.assign(link, { href: words.login, target: "_blank", textContent: words.logIn });
  place.append(" ", link);
}

// A digit is a reason; Ctrl or Command with Enter sends what is being typed.
export function keyInside(dialog, event, typed) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    $("form[data-cx-form]", dialog)?.requestSubmit();
    return true;
  }
  if (dialog.id === "cx-dialog-reply" && event.altKey && /^Digit[1-9]$/.test(event.code)) {
    const saved = $$("[data-cx-saved]", dialog)[event.code.slice(5) - 1];
    if (saved) insertSaved(saved);
    return Boolean(saved);
  }
  const choices = $$("[data-cx-form=objection] [name=decision]", dialog);
  if (choices.length && event.altKey && /^Digit[12]$/.test(event.code)) {
    choices[event.code.slice(5) - 1].click();
    return true;
  }
  const asks = REASONED.some((act) => dialog.id === `cx-dialog-${act}`);
  if (!asks || typed || !/^[1-9]$/.test(event.key)) return false;
  $$(".cx-reasons:not([hidden]) button", dialog)[event.key - 1]?.click();
  return true;
}
