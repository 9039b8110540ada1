// More comments of a thread, more replies to a comment and small forms, in place. `next` is the
// page that the link leads to.

function focusOn(found) {
  if (!found) return;
  found.tabIndex = -1;
  found.focus();
}

// Link to the page after `next`, if any.
function goOn(link, next) {
  const onward = next.querySelector("[data-cx-more]")?.getAttribute("href");
  if (onward) link.href = new URL(onward, link.href);
  else link.parentElement.remove();
  return onward;
}

export function show(place, link, next) {
  const form = document.adoptNode(next.querySelector("form[data-cx-api]"));
  const box = Object.assign(document.createElement("div"), { className: "cx-inline" });
  box.dataset.cxFor = link.href;
  box.append(form);
  place.append(box);
  // Until then, and without it, the preview is a page of its own.
  if (form.elements.preview) import("./writing.js").then(({ offerPreview }) => offerPreview(form), () => {});
  form.querySelector("textarea, input:not([type=hidden]), button").focus();
}

export function more(section, link, next) {
  const list = section.querySelector("[data-cx-thread]");
  const items = [...next.querySelector("[data-cx-thread]").children].filter(({ id }) => !section.querySelector(`#${id}`));
  list.append(...items);
  goOn(link, next);
  focusOn(items[0]);
}

export function below(section, link, next) {
  const comment = link.closest(".cx-comment");
  const found = next.getElementById(comment.id);
  const had = comment.querySelectorAll(".cx-comment").length;
  comment.querySelector(":scope > .cx-replies")?.remove();
  comment.append(found.querySelector(":scope > .cx-replies") ?? "");
  comment.append(link.parentElement);
  if (goOn(link, next)) link.removeAttribute("data-cx-below");
  focusOn(comment.querySelectorAll(".cx-comment")[had]);
}
