// What the modules of the moderators' queue share: finding things, and saying what happened.

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
export const words = JSON.parse($("#cx-messages").textContent);
export const form = () => $("#cx-queue");
export const state = () => $("#cx-queue, .cx-nothing")?.dataset.cxState;

const done = []; // The acts that "undo" takes back, the last first.

// Say ``message``; ``batch`` names an act that can be undone.
export function say(message, batch = "") {
  if (batch) done.push(batch);
  $("[data-cx-status]").textContent = message;
  $("[data-cx-undo]").hidden = !done.length;
  $("[data-cx-toast]").classList.toggle("cx-toast--on", Boolean(message));
}

export const lastAct = () => done.pop();
