// What this reader did in this thread, as the server knows it.
import { sendAct } from "../core/client/client.js";
import { markActed } from "./act_marks.js";
import { getForm } from "./comment_form.js";
import { addComment, offerChanges } from "./comment_items.js";
import { findComment } from "./thread_parts.js";
import { showOwnVote } from "./votes.js";

// Without an answer the thread stays as everybody sees it.
export async function showOwnActs(section) {
  try {
    const { cxApiList, cxPage } = section.dataset;
    const { response, data } = await sendAct({ api: `${cxApiList}?page=${cxPage}&only=mine` });
    if (response?.ok && data) await show(section, data);
  } catch {
    /* no connection */
  }
}

async function show(section, acts) {
  const { mine = [], own = [], edits, refused = [], votes = {}, account } = acts;
  for (const comment of mine.reverse()) addComment(section, comment);
  for (const { id } of own) offerChanges(section, id);
  showVotes(section, votes, acts);
  const found = [mine, own, refused, Object.keys(votes)];
  markActed(section, found.flat().length > 0);
  const form = getForm(section);
  if (form && account !== undefined) (await import("./writing.js")).showAccount(form, account);
  if (edits) (await import("./waiting_edits.js")).showWaitingEdits(section, edits);
  if (refused.length) (await import("./refusals.js")).showRefusals(section, refused);
}

function showVotes(section, votes, { reactions = {}, tallies = {} }) {
  for (const [id, vote] of Object.entries(votes)) {
    const form = findComment(section, id)?.querySelector(":scope > article .cx-vote");
    if (form) showOwnVote(form, vote, reactions[id], tallies[id]);
  }
}
