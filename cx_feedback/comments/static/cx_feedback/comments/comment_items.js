// Comments of the reader's own in the thread: adding them, saying their state, changing them.
import { findComment, findThread, make } from "./thread_parts.js";

// What isn't published waits for an editor or for a confirmed address; only its author sees it.
export function showState(section, item, state) {
  const isPublished = state === "published";
  item.classList.toggle("cx-pending", !isPublished);
  const article = item.querySelector("article");
  article.querySelector(".cx-state")?.remove();
  if (isPublished) return;
  const { cxWaiting, cxAwaiting } = section.dataset;
  const badge = make("span", "cx-badge cx-state", state === "awaiting" ? cxAwaiting : cxWaiting);
  article.querySelector(".cx-author").after(" ", badge);
}

// A copy of `comment.html`. The server has cleaned the HTML.
function makeItem(section, comment) {
  const { content } = section.querySelector("[data-cx-blank]");
  const item = content.firstElementChild.cloneNode(true);
  const find = (selector) => item.querySelector(selector);
  item.id = `cx-comment-${comment.id}`;
  find(".cx-author").textContent = comment.name;
  find(".cx-initial")?.append([...comment.name][0].toUpperCase());
  find(".cx-comment-date")?.remove();
  find(".cx-comment-text").innerHTML = comment.html;
  find(".cx-comment-actions").replaceChildren();
  showState(section, item, comment.state);
  return item;
}

function findReplies(parent) {
  const replies = parent.querySelector(":scope > .cx-replies");
  return replies ?? parent.appendChild(make("ol", "cx-replies"));
}

// Returns the item, or null if the thread has this comment already.
export function addComment(section, comment) {
  if (findComment(section, comment.id)) return null;
  const item = makeItem(section, comment);
  const parent = findComment(section, comment.parent);
  if (parent) findReplies(parent).append(item);
  else if (section.dataset.cxOrder === "oldest") findThread(section).append(item);
  else findThread(section).prepend(item);
  section.querySelector("[data-cx-empty]")?.remove();
  return item;
}

// Links to edit and to delete a comment of one's own.
export function offerChanges(section, id) {
  const actions = findComment(section, id)?.querySelector(":scope > article > .cx-comment-actions");
  if (!actions || actions.querySelector("[data-cx-mine]")) return;
  const { cxBase, cxEditIt, cxDeleteIt } = section.dataset;
  for (const [name, words] of [
    ["edit", cxEditIt],
    ["delete", cxDeleteIt],
  ]) {
    const link = actions.appendChild(make("a", "", words));
    link.href = `${cxBase}${id}/${name}/?lang=${document.documentElement.lang}`;
    link.dataset.cxInline = link.dataset.cxMine = "";
  }
}

// A text that only its author sees, with words that say why.
export function makeOwnText(classes, html, words) {
  const box = make("div", classes);
  box.innerHTML = html; // The server has cleaned it.
  const line = make("p");
  line.append(make("span", "cx-badge", words));
  box.prepend(line);
  return box;
}
