// Whether this browser was used to act in a thread. Without a mark nothing personal is asked for.
import * as store from "../core/browser_store.js";

const getKey = (section) => `cx-comments-${section.dataset.cxPage}`;

export const hasActed = (section) => Boolean(store.read(getKey(section)));

export function markActed(section, isTrue = true) {
  if (isTrue) store.write(getKey(section), 1);
  else store.remove(getKey(section));
}
