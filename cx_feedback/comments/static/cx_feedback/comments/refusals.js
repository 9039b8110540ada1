// Refused comments, shown to their author alone, with the reason and the way to object.

const make = (name, properties) => Object.assign(document.createElement(name), properties);

function notice(section, { said, reason, url, may_object }) {
  const { cxReason, cxObject, cxObjected } = section.dataset;
  const line = make("p", { className: "cx-help cx-refusal" });
  const link = make("a", { href: url, textContent: may_object ? cxObject : cxObjected });
  line.append(make("strong", { textContent: said }), ` ${cxReason}: ${reason} `, link);
  return line;
}

export function show(section, refused, add) {
  for (const refusal of refused.reverse()) {
    const { id } = refusal.comment;
    const known = document.getElementById(`cx-comment-${id}`);
    if (known?.querySelector(".cx-refusal")) continue;
    // The place of a hidden comment is kept for the replies to it.
    const place = known ?? add(section, { ...refusal.comment, state: "published" });
    const text = place?.querySelector(":scope > .cx-comment-removed, :scope > article > .cx-comment-text");
    text?.after(notice(section, refusal));
  }
}
