// Links that show in place what their page shows: another order, more comments, more replies, a
// small form. What shows it is loaded when one is pressed.

const SHOWN = {
  "[data-cx-order-by]": "showOrder",
  "[data-cx-more]": "showMore",
  "[data-cx-below]": "showReplies",
  "[data-cx-inline]": "showForm",
};

// Returns the name of the function that shows the page of a link, if one does.
export function findWay(link) {
  return Object.entries(SHOWN).find(([selector]) => link.matches(selector))?.[1];
}

export async function showPage(section, link, way) {
  if (way === "showForm" && closeForm(link)) return;
  const [page, ways] = await Promise.all([fetchPage(link.href), import("./pages_in_place.js")]);
  await ways[way](section, link, page);
}

async function fetchPage(url) {
  const response = await fetch(url);
  if (!response.ok) throw response;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

export const findPlace = (link) => link.closest("article") ?? link.parentElement;

// One form is open in a place. Returns whether it was that of this link.
function closeForm(link) {
  const open = findPlace(link).querySelector(":scope > .cx-inline");
  open?.remove();
  return open?.dataset.cxFor === link.href;
}
