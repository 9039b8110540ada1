// Edits that wait for a moderator, shown to their author below the text that readers see.

export function show(section, edits) {
  for (const [id, html] of Object.entries(edits)) {
    const text = document.querySelector(`#cx-comment-${id} > article > .cx-comment-text`);
    if (!text) continue;
    if (text.nextElementSibling?.matches(".cx-edit-waits")) text.nextElementSibling.remove();
    const box = Object.assign(document.createElement("div"), {
      className: "cx-comment-text cx-pending cx-edit-waits",
      innerHTML: html, // The server has cleaned it.
    });
    const badge = document.createElement("p");
    badge.append(Object.assign(document.createElement("span"), {
      className: "cx-badge", textContent: section.dataset.cxWaiting,
    }));
    box.prepend(badge);
    text.after(box);
  }
}
