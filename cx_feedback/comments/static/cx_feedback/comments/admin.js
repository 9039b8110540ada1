// The moderators' queue without page reloads. Each button is a submit button of one form, so the
// queue works without this file; here the form is sent in the background and its rows go away.

const said = document.querySelector("[data-cx-said]");
const results = () => document.getElementById("listing-results");

function tick(form) {
  const boxes = [...form.querySelectorAll(".cx-tick")];
  const ticked = boxes.filter((box) => box.checked).length;
  const shown = form.querySelector("[data-cx-ticked] b");
  if (shown) shown.textContent = ticked;
  const all = form.querySelector("[data-cx-all]");
  if (all) {
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}

// Fetch the rows anew for this address, as Wagtail's own search does.
async function renew(form) {
  const response = await fetch(form.dataset.cxResults + location.search, {
    headers: { "X-Requested-With": "XMLHttpRequest" },
  });
  if (!response.ok) throw new Error(response.status);
  results().innerHTML = await response.text();
}

function recount(state, changed) {
  const add = (name, step) => {
    const shown = document.querySelector(`[data-cx-count="${name}"]`);
    if (shown) shown.textContent = Number(shown.textContent) + step;
  };
  for (const after of Object.values(changed)) {
    add(state, -1);
    add(after, 1);
  }
}

function focusNext(form, index, act) {
  const row = form.querySelectorAll(".cx-row")[index] ?? form.querySelector(".cx-row:last-child");
  (row?.querySelector(`[data-cx-act="${act}"]`) ?? row?.querySelector("button"))?.focus();
}

async function decide(form, submitter) {
  const body = new FormData(form);
  body.append(submitter.name, submitter.value);
  const row = submitter.closest(".cx-row");
  const index = row ? [...form.querySelectorAll(".cx-row")].indexOf(row) : 0;
  const response = await fetch(form.action, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
  });
  if (!response.ok) throw new Error(response.status);
  const { changed, message } = await response.json();
  said.textContent = message;
  const state = form.dataset.cxState;
  if (state !== "all") {
    recount(state, changed);
    for (const pk of Object.keys(changed)) document.getElementById(`cx-row-${pk}`)?.remove();
  }
  if (state === "all" || !form.querySelector(".cx-row")) {
    await renew(form);
    form = document.getElementById("cx-queue");
  }
  if (form) {
    tick(form);
    if (form.elements.reason) form.elements.reason.value = "";
    focusNext(form, index, submitter.dataset.cxAct);
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "cx-queue" || !event.submitter) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  try {
    await decide(form, event.submitter);
  } catch {
    location.reload();
  } finally {
    form.removeAttribute("aria-busy");
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("#cx-queue");
  if (!form) return;
  if (event.target.matches("[data-cx-all]")) {
    for (const box of form.querySelectorAll(".cx-tick")) box.checked = event.target.checked;
  }
  tick(form);
});
