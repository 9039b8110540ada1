// Refused comments, shown to their author alone, with the reason and the way to object.
import { addComment, makeOwnText } from "./comment_items.js";
import { findComment, make } from "./thread_parts.js";

const EDIT_CLASSES = "cx-comment-text cx-pending cx-edit-refused";

function makeNotice(section, { said, reason, url, may_object }) {
  const { cxReason, cxObject, cxObjected } = section.dataset;
  const notice = make("p", "cx-help cx-refusal");
  const link = make("a", "", may_object ? cxObject : cxObjected);
  link.href = url;
  notice.append(make("strong", "", said), reason ? ` ${cxReason}: ${reason} ` : " ", link);
  return notice;
}

// The place of a hidden comment is kept for the replies to it. One that is public, of which a text
// was refused, stands in its own place, which may not be loaded yet.
function findOrAddComment(section, comment) {
  const known = findComment(section, comment.id);
  if (known || comment.state === "published") return known;
  return addComment(section, { ...comment, state: "published" });
}

export function showRefusals(section, refused) {
  for (const refusal of refused.reverse()) {
    const item = findOrAddComment(section, refusal.comment);
    if (!item || item.querySelector(`.cx-refusal [href="${refusal.url}"]`)) continue;
    const text = item.querySelector(
      ":scope > .cx-comment-removed, :scope > article > .cx-comment-text",
    );
    const parts = [makeNotice(section, refusal)];
    // The text that readers don't see, below the one that they do.
    if (refusal.edit) {
      const { cxEditRefused } = section.dataset;
      parts.unshift(makeOwnText(EDIT_CLASSES, refusal.edit, cxEditRefused));
    }
    text?.after(...parts);
  }
}
