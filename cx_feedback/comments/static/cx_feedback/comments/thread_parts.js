// Parts of a thread (thread.html): finding them, making elements.

export const findComment = (section, id) => section.querySelector(`#cx-comment-${id}`);
export const findThread = (section) => section.querySelector("[data-cx-thread]");

export function make(name, className = "", textContent = "") {
  return Object.assign(document.createElement(name), { className, textContent });
}

export function focusOn(element) {
  if (!element) return;
  element.tabIndex = -1;
  element.focus();
}
