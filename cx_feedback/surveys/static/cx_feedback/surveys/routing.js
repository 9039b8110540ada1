// The pages of a survey, as routing.py.
import { matches } from "./condition_rules.js";

// Returns lists of items: questions, and the page break that a page begins with. Only what was asked
// before counts for a condition.
export function splitIntoPages(items, answers) {
  const earlier = {};
  const pages = [[]];
  let isPageShown = true;
  for (const item of items) {
    const isShown = matches(item, earlier) && (item.page_break || isPageShown);
    if (item.page_break) isPageShown = isShown;
    if (!isShown) continue;
    if (item.page_break) pages.push([]);
    pages.at(-1).push(item);
    if (item.ending) break;
    if (item.key in answers) earlier[item.key] = answers[item.key];
  }
  return pages.filter((page) => page.some((item) => !item.page_break && !item.ending));
}
