// The keys of the inbox, which move through conversations, and of one of them, through messages.

import { isTyped, listenForKeys } from "../../core/shortcuts.js";

const place = document.querySelector("[data-cx-keys]");
const help = document.querySelector("#cx-keys-help");
const helpButton = document.querySelector("[data-cx-help]");
// The field that a key leads to: of the answer, of snoozing, closing, assigning and tags.
const FIELD_IDS = {
  a: "cx-answer",
  s: "cx-until",
  c: "cx-outcome",
  g: "cx-assignee",
  t: "cx-tags",
};

let current = null;

const openLink = (item) => item?.querySelector("[data-cx-open]");

function move(step) {
  const items = [...document.querySelectorAll("[data-cx-item]")];
  const at = items.indexOf(current);
  const item = items[Math.min(items.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  if (!item) return;
  current?.classList.remove("cx-current");
  current = item;
  current.classList.add("cx-current");
  (openLink(item) ?? item).focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

// Lead to a field: on this screen, or on that of the current conversation of the list.
function goToField(id) {
  const field = document.getElementById(id);
  const link = openLink(current);
  if (field) field.focus();
  else if (link) location.assign(`${link.href}#${id}`);
  return Boolean(field || link);
}

// Press the button of a key; in the list for the selected conversations, or for the current one.
function press(key) {
  const button = document.querySelector(`[data-cx-press="${CSS.escape(key)}"]`);
  if (!button) return false;
  const boxes = [...button.form.querySelectorAll("[name=conversation]")];
  if (boxes.length && !boxes.some((box) => box.checked)) {
    const own = current?.querySelector("[name=conversation]");
    if (!own) return false;
    own.checked = true;
  }
  button.form.requestSubmit(button);
  return true;
}

function act({ key, target }) {
  if (key === "?") help.showModal();
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x" && openLink(current)) current.querySelector("[type=checkbox]").click();
  else if (key === "Enter" && target === document.body && openLink(current))
    location.assign(openLink(current).href);
  else if (key in FIELD_IDS) return goToField(FIELD_IDS[key]);
  else return press(key);
  return true;
}

function typing({ key, target, ctrlKey, metaKey, shiftKey, repeat }) {
  if (!target.closest("[data-cx-keys]")) return false;
  if (key === "Escape") target.blur(); // The next key is none of the text.
  const what = shiftKey ? "note" : "answer";
  const send = target.form?.querySelector(`[name=do][value=${what}]`);
  if (key !== "Enter" || !(ctrlKey || metaKey) || !send) return false;
  if (!repeat) target.form.requestSubmit(send);
  return true;
}

function isTaken(event) {
  if (help.open) return false;
  if (isTyped(event)) return typing(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  // A key that is held down moves, and does nothing else.
  if (event.repeat && !["j", "k"].includes(event.key)) return false;
  const everywhere = place.dataset.cxKeys === "on" && event.target === document.body;
  return (everywhere || event.target.closest("[data-cx-keys]")) && act(event);
}

if (place) {
  listenForKeys(isTaken);
  helpButton.hidden = false;
  helpButton.addEventListener("click", () => help.showModal());
  const wanted = location.hash.slice(1);
  if (Object.values(FIELD_IDS).includes(wanted)) document.getElementById(wanted)?.focus();
}
