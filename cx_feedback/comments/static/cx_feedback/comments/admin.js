// The moderators' queue by keyboard and without page reloads. Every act is a button or a link that
// works without this file; here it is sent in the background, one after the other, while the next
// comment has the focus already.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const words = JSON.parse($("#cx-words").textContent);
const said = $("[data-cx-said]");
const undoButton = $("[data-cx-undo]");
const form = () => $("#cx-queue");
const state = () => form()?.dataset.cxState;
const rows = () => $$(".cx-row:not([hidden])");
const idOf = (row) => row.dataset.cxRow;

let current = null; // The row that keys act on.
let chain = Promise.resolve(); // What is being sent, in order.
let waiting = 0; // How much of it.
let batch = ""; // The act that "undo" takes back.

function say(message, undo = "") {
  said.textContent = message;
  batch = undo;
  undoButton.hidden = !undo;
  $("[data-cx-toast]").classList.toggle("cx-toast--on", Boolean(message));
}

// Rows -----------------------------------------------------------------------------------------

function choose(row, focus = true) {
  current?.classList.remove("cx-row--current");
  current = row ?? null;
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

function move(step) {
  const all = rows();
  const place = all.indexOf(current);
  choose(all[Math.min(all.length - 1, Math.max(0, place < 0 ? 0 : place + step))]);
}

// The row to go to when ``gone`` leave.
function next(gone) {
  const all = rows();
  const last = all.indexOf(gone.at(-1));
  const stay = (row) => !gone.includes(row);
  return all.slice(last + 1).find(stay) ?? all.slice(0, last).reverse().find(stay) ?? null;
}

const ticked = () => rows().filter((row) => $(".cx-tick", row)?.checked);

function count() {
  const boxes = rows().map((row) => $(".cx-tick", row));
  const number = ticked().length;
  const shown = $("[data-cx-ticked] b");
  if (shown) shown.textContent = number;
  const all = $("[data-cx-all]");
  if (all) {
    all.checked = number > 0 && number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
  }
}

function recount(changed) {
  const add = (name, step) => {
    const shown = $(`[data-cx-count="${name}"]`);
    if (shown) shown.textContent = Math.max(0, Number(shown.textContent) + step);
  };
  for (const [before, after] of Object.values(changed)) {
    add(before, -1);
    add(after, 1);
    if (["flagged", "unread"].includes(state())) add(state(), -1);
  }
}

// Fetch the rows anew, as Wagtail's own search does, and go to the comment ``id`` or the first.
async function renew(id = "") {
  const url = new URL(location.href);
  const ask = () =>
    fetch(`${$("[data-cx-results]")?.dataset.cxResults ?? words.results}${url.search}`, {
      headers: { "X-Requested-With": "XMLHttpRequest" },
    });
  let response = await ask();
  if (response.status === 404 && url.searchParams.has("p")) {
    url.searchParams.delete("p"); // The last page was worked off.
    history.replaceState(null, "", url);
    response = await ask();
  }
  if (!response.ok) throw new Error(response.status);
  $("#listing-results").innerHTML = await response.text();
  ready();
  const row = id && rows().find((one) => idOf(one) === id);
  choose(row || rows()[0]);
  if (!rows().length) $(".cx-nothing")?.focus();
  count();
}

// Sending --------------------------------------------------------------------------------------

async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? ""), { errors: answer.errors });
  return answer;
}

// Send in order; ``gone`` are hidden meanwhile and come back when it fails.
function send(url, body, gone, then) {
  waiting += 1;
  form()?.setAttribute("aria-busy", "true");
  chain = chain.then(async () => {
    try {
      const answer = await post(url, body);
      recount(answer.changed);
      await then?.(answer);
      say(answer.message, answer.batch);
    } catch (error) {
      for (const row of gone) row.hidden = false;
      choose(gone[0] ?? current);
      say(`${words.failed} ${error.message}`.trim());
    }
    waiting -= 1;
    if (waiting) return;
    form()?.removeAttribute("aria-busy");
    $$(".cx-row[hidden]").forEach((row) => row.remove());
    if (!rows().length) await renew().catch(() => location.reload());
    count();
  });
}

const KEPT = ["pick", "unpick", "pin", "unpin", "ban", "answer"];

function leaves(act) {
  if (state() === "all") return false;
  return act === "answer" ? state() !== "published" : !KEPT.includes(act);
}

function decide(act, chosen, extra = {}) {
  const body = new FormData();
  const token = $("[name=csrfmiddlewaretoken]").value;
  body.append("csrfmiddlewaretoken", token);
  body.append("act", act);
  for (const row of chosen) body.append("ids", idOf(row));
  for (const [name, value] of Object.entries(extra)) body.append(name, value);
  go($("[data-cx-form=reject]").action, body, act, chosen);
}

function go(url, body, act, chosen) {
  if (!leaves(act)) {
    send(url, body, [], () => renew(idOf(chosen[0])));
    return;
  }
  const following = next(chosen);
  for (const row of chosen) row.hidden = true;
  choose(following);
  send(url, body, chosen);
}

function undo() {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", $("[name=csrfmiddlewaretoken]").value);
  // What is being sent comes first: it is what the moderator wants back.
  chain = chain.then(() => {
    if (!batch) return;
    const url = words.undo.replace(/0[0-]+0/, batch);
    batch = "";
    send(url, body, [], (answer) => renew(Object.keys(answer.changed)[0]));
  });
}

// Dialogs --------------------------------------------------------------------------------------

let about = []; // The rows that the open dialog is about.

function open(name, chosen) {
  const dialog = $(`#cx-dialog-${name}`);
  about = chosen;
  const whose = $("[data-cx-whose]", dialog);
  if (whose) whose.textContent = chosen.length === 1 ? chosen[0].dataset.cxName : chosen.length;
  for (const error of $$("[data-cx-error]", dialog)) error.textContent = "";
  if (name === "ban") {
    const kinds = chosen[0].dataset.cxBan.split(" ");
    for (const box of $$("[name=kinds]", dialog)) {
      box.disabled = !kinds.includes(box.value);
      box.checked = !box.disabled && box.value !== "origin";
    }
  }
  dialog.showModal();
  $("textarea, .cx-reasons button, input:not([type=hidden])", dialog)?.focus();
}

function close(dialog) {
  dialog.close();
  for (const field of $$("textarea, input:not([type]), [name=words]", dialog)) field.value = "";
}

async function submitted(inside, submitter) {
  const dialog = inside.closest("dialog");
  const act = inside.dataset.cxForm;
  const chosen = about;
  if (act === "reject") {
    const reason = $("[name=words]", inside).value || submitter?.value || "";
    close(dialog);
    decide("reject", chosen, { reason });
    return;
  }
  const body = new FormData(inside);
  const url = inside.dataset.cxAction.replace("/0/", `/${idOf(chosen[0])}/`);
  try {
    await chain;
    const answer = await post(url, body);
    close(dialog);
    say(answer.message, answer.batch);
    const id = idOf(chosen[0]);
    const following = leaves(act) ? next(chosen) : chosen[0];
    await renew(following ? idOf(following) : id);
  } catch (error) {
    const texts = Object.values(error.errors ?? {}).flat();
    $("[data-cx-error]", inside).textContent = texts.join(" ") || error.message || words.failed;
  }
}

// Clicks ---------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const sent = event.target;
  if (sent.matches("[data-cx-form]")) {
    event.preventDefault();
    submitted(sent, event.submitter);
  } else if (sent.id === "cx-queue") {
    event.preventDefault();
    const button = event.submitter;
    if (button?.name === "one") {
      decide(button.dataset.cxAct, [button.closest(".cx-row")]);
    } else if (button && ticked().length) {
      decide(button.value, ticked(), { reason: $("[name=reason]", sent).value });
    } else {
      say(words.none);
    }
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cx-act]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(link.dataset.cxAct, [link.closest(".cx-row")]);
  } else if (event.target.closest("[data-cx-undo]")) {
    undo();
  } else if (event.target.closest("[data-cx-help]")) {
    $("#cx-dialog-help").showModal();
  } else if (event.target.matches("dialog.cx-dialog")) {
    close(event.target);
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.closest("#cx-queue")) return;
  if (event.target.matches("[data-cx-all]")) {
    for (const row of rows()) $(".cx-tick", row).checked = event.target.checked;
  }
  count();
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("#cx-queue .cx-row");
  if (row && row !== current) choose(row, false);
});

document.addEventListener("close", () => choose(current), true);

// Keys -----------------------------------------------------------------------------------------

const ACTS = { a: ["approve"], s: ["mark_spam"], h: ["hide"], t: ["restore"], p: ["pick", "unpick"], i: ["pin", "unpin"] };
const DIALOGS = { r: "reject", c: "answer", b: "ban" };

const offers = (row, act) => $(`[data-cx-act="${act}"]`, row);

function key(event) {
  const chosen = ticked().length ? ticked() : current ? [current] : [];
  const name = event.key;
  if (name === "?") $("#cx-dialog-help").showModal();
  else if (name === "u") undo();
  else if (name === "j" || name === "ArrowDown") move(1);
  else if (name === "k" || name === "ArrowUp") move(-1);
  else if (name === "*" && rows().length) $("[data-cx-all]").click();
  else if (name === "Escape" && ticked().length) {
    for (const row of ticked()) $(".cx-tick", row).checked = false;
    count();
  } else if (!chosen.length) return false;
  else if (name === "x") {
    const box = $(".cx-tick", current);
    box.checked = !box.checked;
    count();
    say(`${words.ticked} ${ticked().length}`);
  } else if (name === "o") location.assign($(".cx-when", current).href);
  else if (name in ACTS) {
    const able = chosen.filter((row) => ACTS[name].some((act) => offers(row, act)));
    const act = ACTS[name].find((one) => able.length && offers(able[0], one));
    if (act) decide(act, able);
    else say(words.not);
  } else if (name in DIALOGS) {
    const able = chosen.filter((row) => offers(row, DIALOGS[name]));
    if (able.length) open(DIALOGS[name], DIALOGS[name] === "reject" ? able : able.slice(0, 1));
    else say(words.not);
  } else if (/^[1-9]$/.test(name)) {
    const reason = $$(".cx-reasons button")[name - 1]?.value;
    const able = chosen.filter((row) => offers(row, "reject"));
    if (reason && able.length) decide("reject", able, { reason });
    else say(words.not);
  } else return false;
  return true;
}

const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

// Before Wagtail's own: its "?" shows other help.
window.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const dialog = $("dialog.cx-dialog[open]");
    if (dialog?.id === "cx-dialog-reject" && /^[1-9]$/.test(event.key) && !event.target.matches(TYPED)) {
      $$(".cx-reasons button", dialog)[event.key - 1]?.click();
      event.preventDefault();
      return;
    }
    if (dialog || event.target.matches(TYPED)) return;
    const inside = event.target.closest("#cx-queue, .cx-toast, .cx-nothing");
    const anywhere = words.keys && event.target === document.body;
    if (!inside && !anywhere) return;
    if (event.key.startsWith("Arrow") && !event.target.closest(".cx-main")) return;
    if (key(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);

function ready() {
  for (const hidden of $$("[data-cx-help]")) hidden.hidden = false;
}

ready();
choose(rows()[0], false);
new MutationObserver(() => {
  // Wagtail's search and filters put new rows in.
  ready();
  if (!current?.isConnected) choose(rows()[0], false);
}).observe($("#listing-results"), { childList: true });
