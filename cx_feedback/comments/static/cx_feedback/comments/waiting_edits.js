// Edits that wait for a moderator, shown to their author below the text that readers see.
import { makeOwnText } from "./comment_items.js";
import { findComment } from "./thread_parts.js";

const CLASSES = "cx-comment-text cx-pending cx-edit-waits";

export function showWaitingEdits(section, edits) {
  for (const [id, html] of Object.entries(edits)) {
    const text = findComment(section, id)?.querySelector(":scope > article > .cx-comment-text");
    if (!text) continue;
    if (text.nextElementSibling?.matches(".cx-edit-waits")) text.nextElementSibling.remove();
    text.after(makeOwnText(CLASSES, html, section.dataset.cxWaiting));
  }
}
