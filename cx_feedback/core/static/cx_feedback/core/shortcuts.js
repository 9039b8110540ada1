// Keys of screens of the admin: which are typed into a field, and hearing the others first.

const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

export const isTyped = ({ target }) => target.matches(FIELDS);

// Call ``isTaken`` for each key; where it returns true, nobody else hears of the key. Before
// Wagtail's own: its "?" shows other help.
export function listenForKeys(isTaken) {
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.isComposing || !isTaken(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
