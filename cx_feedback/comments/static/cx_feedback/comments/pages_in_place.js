// Shows in place what the page of a link shows (linked_pages.js). `page` is its document.
import { hasActed } from "./act_marks.js";
import { answerComment, moveHome } from "./comment_form.js";
import { findPlace } from "./linked_pages.js";
import { findThread, focusOn, make } from "./thread_parts.js";

const MORE = "[data-cx-more]";

// A small form below its link.
export function showForm(_section, link, page) {
  const form = document.adoptNode(page.querySelector("form[data-cx-api]"));
  const box = make("div", "cx-inline");
  box.dataset.cxFor = link.href;
  box.append(form);
  findPlace(link).append(box);
  // Until then, and without it, the preview is a page of its own.
  if (form.elements.preview)
    import("./writing.js").then(
      ({ offerPreview }) => offerPreview(form),
      () => {},
    );
  form.querySelector("textarea, input:not([type=hidden]), button").focus();
}

// Links to the page after `page`, if any.
function goOn(link, page) {
  const onward = page.querySelector(MORE)?.getAttribute("href");
  if (onward) link.href = new URL(onward, link.href);
  else link.parentElement.remove();
  return onward;
}

// More comments of the thread.
export function showMore(section, link, page) {
  const items = [...findThread(page).children].filter(({ id }) => !section.querySelector(`#${id}`));
  findThread(section).append(...items);
  goOn(link, page);
  focusOn(items[0]);
}

// All replies to a comment.
export function showReplies(_section, link, page) {
  const comment = link.closest(".cx-comment");
  const found = page.getElementById(comment.id);
  const had = comment.querySelectorAll(".cx-comment").length;
  comment.querySelector(":scope > .cx-replies")?.remove();
  comment.append(found.querySelector(":scope > .cx-replies") ?? "");
  comment.append(link.parentElement);
  if (goOn(link, page)) link.removeAttribute("data-cx-below");
  focusOn(comment.querySelectorAll(".cx-comment")[had]);
}

// The thread anew, in the order of the link. A reply that is being written stays one.
export async function showOrder(section, link, page) {
  const { cxOrderBy: order } = link.dataset;
  const list = findThread(page);
  moveHome(section);
  findThread(section).replaceChildren(...list.children);
  answerComment(section, history.state?.cxTo);
  Object.assign(section.dataset, list.dataset, { cxOrder: order });
  for (const each of section.querySelectorAll("[data-cx-order-by]")) {
    each.ariaCurrent = each.dataset.cxOrderBy === order ? "true" : null;
  }
  replaceLinkToMore(section, link, page);
  section.querySelector("[data-cx-news-line]").replaceChildren();
  if (!hasActed(section)) return;
  const { showOwnActs } = await import("./own_acts.js");
  await showOwnActs(section);
}

function replaceLinkToMore(section, link, page) {
  section.querySelector(MORE)?.parentElement.remove();
  const onward = page.querySelector(MORE);
  if (!onward) return;
  onward.href = new URL(onward.getAttribute("href"), link.href);
  findThread(section).after(onward.parentElement);
}
