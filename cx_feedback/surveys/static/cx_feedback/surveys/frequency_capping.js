// Decides whom to ask, when and how often (placement/recontact_defaults.py): one at a time of all
// that could slide in. The state is stored in this browser only: until when it rests, and whether
// the reader was drawn by lot ("drawn") or closed it ("closed").
import * as store from "../core/browser_store.js";
import { getDraftId } from "../core/drafts.js";

const DAY = 24 * 3600 * 1000;
const COMMON = "cx-ask";

const getSettings = (element) => JSON.parse(element.dataset.cxAsk);

// Returns whether it could be stored.
function rest(key, days, state) {
  return store.write(key, { until: Date.now() + days * DAY, state });
}

// What was begun, and not closed, comes back with its draft.
function isBegun(element) {
  const form = element.querySelector("form[data-cx-api]");
  if (!form || store.read(getSettings(element).key)?.state === "closed") return false;
  return Boolean(store.read(getDraftId(form)));
}

export const elements = [...document.querySelectorAll("[data-cx-ask]")];
// The one whose turn it is in this page view: first that whose thanks are shown.
let turn = elements.find((element) => element.querySelector(":target")) ?? elements.find(isBegun);

// Returns how an element is to be shown in this page view, nothing if it rests.
export function draw(element) {
  const { key, share, rest: days, one, ...timing } = getSettings(element);
  const slides = Boolean(timing.wait || timing.scrolled);
  const begun = isBegun(element);
  const thanked = Boolean(element.querySelector(":target"));
  const rests = () => {
    const until = [store.read(key)?.until, slides && store.read(COMMON)?.until];
    return !begun && until.some((moment) => moment > Date.now());
  };
  const isDrawn = () => begun || store.read(key)?.state || Math.random() * 100 < share;

  if (thanked) rest(key, days.answered);
  else if (rests() || (turn && turn !== element && (slides || one))) return undefined;
  else if (!isDrawn()) {
    rest(key, days.answered);
    return undefined;
  } else if (!rest(key, 0, "drawn")) return undefined; // A forbidden store would ask at each view.

  if (slides || one) turn = element;
  return {
    ...timing,
    slides,
    begun,
    thanked,
    rests,
    onAnswered: () => rest(key, days.answered),
    onAsked: () => {
      rest(key, days.closed, "drawn");
      rest(COMMON, days.others);
    },
    onClosed: (how) => rest(key, days[how], "closed"),
  };
}
