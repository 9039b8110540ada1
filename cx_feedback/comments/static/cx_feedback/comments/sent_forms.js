// What the page shows once the server has stored what a form of the thread sent.
import { markActed } from "./act_marks.js";
import { answerComment, getForm } from "./comment_form.js";
import { addComment, showState } from "./comment_items.js";
import { showOwnActs } from "./own_acts.js";
import { findComment, focusOn, make } from "./thread_parts.js";
import { showVoted } from "./votes.js";

// `answer` is a comment, a tally of votes, or nothing.
export function showSent(section, form, answer) {
  markActed(section);
  if (form.matches(".cx-vote")) showVoted(form, answer);
  else if (form === getForm(section)) showNewComment(section, form, answer);
  else showChange(section, form, answer);
}

function showNewComment(section, form, comment) {
  const item = comment && addComment(section, comment);
  if (item && comment.state === "published") section.dataset.cxPublished++;
  form.elements.text.value = "";
  answerComment(section);
  item?.scrollIntoView({ block: "nearest" });
  showOwnActs(section);
}

// Of the small forms: a comment of the reader's own changed or deleted, a report, a wish to follow.
function showChange(section, form, comment) {
  const { cxThen, cxOwn } = form.dataset;
  const item = cxOwn && findComment(section, cxOwn);
  const thanks = document.getElementById(cxThen);
  const line = thanks ? [make("p", "cx-status cx-shown", thanks.textContent)] : [];
  form.closest(".cx-inline")?.replaceWith(...line);
  if (!item) return;
  if (comment) showEdit(section, item, comment);
  else removeComment(item);
}

function showEdit(section, item, comment) {
  item.querySelector(":scope > article > .cx-comment-text").innerHTML = comment.html;
  showState(section, item, comment.state);
  if (comment.edit) showOwnActs(section);
  focusOn(item);
}

// The replies to it stay.
function removeComment(item) {
  const gone = item.querySelector(".cx-replies") ? item.querySelector(":scope > article") : item;
  gone.remove();
}
