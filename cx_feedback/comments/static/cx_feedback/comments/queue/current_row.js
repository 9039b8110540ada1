// The row that keys act on, and where they go from it.

import { $ } from "./page.js";
import { rows } from "./rows.js";

let chosen = null;

export const current = () => chosen;

export function choose(row, focus = true) {
  chosen?.classList.remove("cx-row--current");
  chosen = row ?? null;
  if (!row) return;
  row.classList.add("cx-row--current");
  const long = $(".cx-long", row);
  if (long && focus) long.open = true; // Nothing is decided unread.
  if (focus) {
    const body = $(".cx-main", row);
    body.focus({ preventScroll: true });
    body.scrollIntoView({ block: "nearest" });
  }
}

export function move(step) {
  const all = rows();
  const place = all.indexOf(chosen);
  choose(all[Math.min(all.length - 1, Math.max(0, place < 0 ? 0 : place + step))]);
}

// The row to go to when ``gone`` leave.
export function next(gone) {
  const all = rows();
  const last = all.indexOf(gone.at(-1));
  const stay = (row) => !gone.includes(row);
  return all.slice(last + 1).find(stay) ?? all.slice(0, last).reverse().find(stay) ?? null;
}
