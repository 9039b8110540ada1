// The form of a new comment, which moves below the comment that it answers.
import { findComment } from "./thread_parts.js";

const FORM = "#cx-comment-form";

// None where comments are closed.
export const getForm = (section) => section.querySelector(FORM);

export function moveHome(section) {
  const form = getForm(section);
  if (form) section.querySelector("h2").after(form);
}

// Without `id` what is written is no reply. The history keeps it: a reply stays one after "back".
export function answerComment(section, id = "") {
  const form = getForm(section);
  if (!form) return;
  history.replaceState({ ...history.state, cxTo: id }, "");
  form.elements.parent.value = id;
  const comment = findComment(section, id);
  const line = form.querySelector("[data-cx-answering]");
  line.hidden = !id;
  line.querySelector("strong").textContent =
    comment?.querySelector(".cx-author").textContent ?? "…";
  moveHome(section);
  comment?.querySelector("article").append(form);
  form.dispatchEvent(new Event("cx:moved", { bubbles: true }));
}

// The form in the place of the thanks, for a reply to the comment `id` or as it was.
export function writeAgain(section, id) {
  for (const thanks of section.querySelectorAll(".cx-thanks")) thanks.classList.remove("cx-shown");
  if (document.querySelector(".cx-thanks:target")) location.hash = "cx-comments";
  const form = getForm(section);
  form.hidden = false;
  if (id) answerComment(section, id);
  form.elements.text.focus();
}
