// Decisions about comments that stand together in the queue.

import { open, REASONED } from "./dialogs.js";
import { say, words } from "./page.js";
import { offers } from "./rows.js";
import { decide } from "./sending.js";

// Decide about all comments of a group that can be decided on so.
export function decideTogether(act, group) {
  const able = group.filter((row) => offers(row, act));
  if (!able.length) say(group.length ? words.not : words.alone);
  else if (REASONED.includes(act)) open(act, able);
  else decide(act, able);
}
