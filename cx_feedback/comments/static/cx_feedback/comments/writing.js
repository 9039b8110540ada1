// What of the form can wait until somebody writes: the account, the preview, the name that this
// browser remembers, and Escape, which leaves a reply.
import * as store from "../core/browser_store.js";
import { make } from "./thread_parts.js";

const NAME = "cx-name";
// What the page of a preview shows first: the text, what is wrong with it, or what else there is.
const SHOWN = [
  "[data-cx-preview-text] > *",
  "#cx-c-text-error",
  "#cx-edit-error",
  "[role=alert]",
  ".cx-error",
  "h1",
];

export function prepareForm(form) {
  rememberName(form);
  offerPreview(form);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !form.elements.parent.value) return;
    const link = form.closest("article")?.querySelector(".cx-reply");
    form.querySelector("[data-cx-cancel]").click();
    link?.focus();
  });
}

// Only what the reader ticks, and only once a comment was sent; unticking forgets it at once.
function rememberName(form) {
  const line = form.querySelector("[data-cx-remember]");
  const box = line?.querySelector("input");
  if (!box || form.elements.name.disabled) return;
  const known = store.read(NAME);
  line.hidden = false;
  box.checked = Boolean(known);
  for (const name of ["name", "email"]) {
    const field = form.elements[name];
    if (known?.[name] && field && !field.value) field.value = known[name];
  }
  box.addEventListener("change", () => box.checked || store.remove(NAME));
  form.addEventListener("cx:done", () => {
    const { name, email } = form.elements;
    if (box.checked && !name.disabled) store.write(NAME, { name: name.value, email: email?.value });
  });
}

// With an account neither name nor address is asked for.
export function showAccount(form, account) {
  const line = form.querySelector("[data-cx-as]");
  line.hidden = !account;
  line.querySelector("strong").textContent = account;
  for (const field of form.querySelectorAll("[data-cx-guest] input")) {
    const isAsked = field.name === "name" && !account;
    field.disabled = field.closest(".cx-field").hidden = !isAsked;
    field.required = isAsked;
  }
  for (const part of form.querySelectorAll("[data-cx-login]")) part.hidden = true;
}

// Of the form to write, and of the one to edit.
export function offerPreview(form) {
  const removePreview = () => form.querySelector(".cx-preview")?.remove();
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preview") return;
    event.preventDefault();
    event.stopPropagation();
    showPreview(form, event.submitter);
  });
  form.addEventListener("input", removePreview);
  form.addEventListener("cx:done", removePreview);
}

// The plain form's own answer, in place.
async function showPreview(form, button) {
  const box = form.querySelector(".cx-preview") ?? addPreview(form, button.textContent);
  try {
    const found = await fetchPreview(form);
    found.removeAttribute("id");
    box.replaceChildren(found);
  } catch {
    box.textContent = button.dataset.cxFailed;
  }
  box.focus();
}

function addPreview(form, label) {
  const box = make("div", "cx-preview");
  box.tabIndex = -1;
  box.setAttribute("role", "group");
  box.ariaLabel = label;
  form.prepend(box);
  return box;
}

async function fetchPreview(form) {
  const body = new URLSearchParams(new FormData(form));
  body.append("preview", "1");
  const response = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const found = SHOWN.map((selector) => page.querySelector(selector)).find(Boolean);
  if (!found) throw response;
  return found;
}
