// What of the form can wait until somebody writes: the account, the preview, the name that this
// browser remembers, and Escape, which leaves a reply.

const NAME = "cx-name";
const attempt = (job) => { try { return job(); } catch { return null; } };

// Only what the reader ticks, and only once a comment was sent; unticking forgets it at once.
function remember(form) {
  const line = form.querySelector("[data-cx-remember]"), box = line?.querySelector("input");
  if (!box || form.elements.name.disabled) return;
  const known = attempt(() => JSON.parse(localStorage[NAME]));
  line.hidden = false;
  box.checked = !!known;
  for (const name of ["name", "email"]) {
    const field = form.elements[name];
    if (known?.[name] && field && !field.value) field.value = known[name];
  }
  box.addEventListener("change", () => box.checked || attempt(() => delete localStorage[NAME]));
  form.addEventListener("cx:done", () => {
    const { name, email } = form.elements;
    if (box.checked && !name.disabled) attempt(() => { localStorage[NAME] = JSON.stringify({ name: name.value, email: email?.value }); });
  });
}

// The plain form's own answer, in place.
async function preview(form, button) {
  let box = form.querySelector(".cx-preview");
  if (!box) {
    box = Object.assign(document.createElement("div"), { className: "cx-preview", tabIndex: -1 });
    box.setAttribute("role", "group");
    box.ariaLabel = button.textContent;
    form.prepend(box);
  }
  try {
    const body = new FormData(form);
    body.append("preview", "1");
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const found = ["[data-cx-preview-text] > *", "#cx-c-text-error", "#cx-edit-error", "[role=alert]", ".cx-error", "h1"].map((each) => page.querySelector(each)).find(Boolean);
    if (!found) throw response;
    found.removeAttribute("id");
    box.replaceChildren(found);
  } catch {
    box.textContent = button.dataset.cxFailed;
  }
  box.focus();
}

// With an account neither name nor address is asked for.
export function writeAs(writing, account) {
  const line = writing.querySelector("[data-cx-as]");
  line.hidden = !account;
  line.querySelector("strong").textContent = account;
  for (const field of writing.querySelectorAll("[data-cx-guest] input")) {
    const asked = field.name === "name" && !account;
    field.disabled = field.closest(".cx-field").hidden = !asked;
    field.required = asked;
  }
  for (const part of writing.querySelectorAll("[data-cx-login]")) part.hidden = true;
}

// Of the form to write, and of the one to edit.
export function offerPreview(form) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "preview") return;
    event.preventDefault();
    event.stopPropagation();
    preview(form, event.submitter);
  });
  form.addEventListener("input", () => form.querySelector(".cx-preview")?.remove());
  form.addEventListener("cx:done", () => form.querySelector(".cx-preview")?.remove());
}

export function prepare(form) {
  remember(form);
  offerPreview(form);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !form.elements.parent.value) return;
    const link = form.closest("article")?.querySelector(".cx-reply");
    form.querySelector("[data-cx-cancel]").click();
    link?.focus();
  });
}
