// Sends forms with data-cx-api as JSON (see docs/architecture.md), else posts them the plain way.

export function collect(form) {
  const body = {};
  const add = (name, value, list) => {
    const path = name.split(".");
    const last = path.pop();
    let at = body;
    for (const step of path) at = at[step] ??= {};
    if (list) (at[last] ??= []).push(value);
    else at[last] = value;
  };
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "submit" || field.dataset.cxType === "skip") continue;
    if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
    if (field.value === "" && !field.dataset.cxEmpty) continue;
    const type = field.dataset.cxType;
    const words = field.value === ":other" && form.elements[`${field.name}.other`];
    const value = words ? { other: words.value } : type === "number" ? Number(field.value) : field.value;
    add(field.name, type === "true" || value, type === "list");
  }
  return body;
}

// `type`: see `collect`.
export function addHiddenField(form, name, value, type) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  field.dataset.cxType = type;
  form.append(field);
  return field;
}

export function clearErrors(form) {
  for (const old of form.querySelectorAll(".cx-error[data-cx-made]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    const { cxDescribed } = field.dataset;
    field.removeAttribute("aria-invalid");
    if (cxDescribed !== undefined) field.setAttribute("aria-describedby", cxDescribed);
  }
}

function complain(place, text) {
  const error = document.createElement("p");
  error.className = "cx-error";
  error.dataset.cxMade = "";
  error.textContent = text;
  place.append(error);
  return error;
}

export function showErrors(form, problem) {
  clearErrors(form);
  const rest = [];
  let first;
  for (const [name, texts] of Object.entries(problem.errors ?? {})) {
    const fields = [...form.elements].filter((f) => `${f.name}.`.startsWith(`${name}.`) && f.type !== "hidden");
    if (!fields.length) { rest.push(...texts); continue; }
    const group = fields[0].closest(".cx-field, fieldset:not(fieldset fieldset)") ?? fields[0].parentElement;
    const error = complain(group, texts.join(" "));
    error.id = `cx-error-${name.replace(/\W/g, "-")}-${form.id}`;
    for (const field of fields) {
      field.setAttribute("aria-invalid", "true");
      field.dataset.cxDescribed ??= field.getAttribute("aria-describedby") ?? "";
      field.setAttribute("aria-describedby", `${field.dataset.cxDescribed} ${error.id}`.trim());
    }
    first ??= fields[0];
  }
  if (rest.length || !first) {
    const error = complain(form, rest.join(" ") || problem.detail || problem.title);
    error.role = "alert";
    error.tabIndex = -1;
    first ??= error;
  }
  first?.focus();
}

// In the words for the state that the server answered.
export function showThanks(form, data) {
  const thanks = (form.closest(".cx-vote, .cx-inline, .cx") ?? form.parentElement).querySelector(".cx-thanks");
  if (!thanks) return;
  for (const each of thanks.querySelectorAll("[data-cx-state]")) each.hidden = each.dataset.cxState !== (data?.checking ? "checking" : data?.state);
  thanks.classList.add("cx-shown");
  thanks.tabIndex = -1;
  thanks.focus();
}

// A random UUID; crypto.randomUUID needs TLS.
const newKey = () => URL.createObjectURL(new Blob()).slice(-36);

export function send(form, body = collect(form)) {
  return fetch(form.dataset.cxApi, {
    method: form.dataset.cxMethod ?? "POST",
    headers: {
      "Content-Type": "application/json",
      "Accept-Language": form.elements.lang?.value || document.documentElement.lang,
      "Idempotency-Key": (form.dataset.cxKey ??= newKey()),
    },
    body: JSON.stringify(body),
  });
}

// A proof of work, asked for by the server.
async function solved(form, response) {
  const { challenge, solver } = await response.json();
  const { solve } = await import(new URL(solver, location.href));
  return { ...collect(form), challenge: await solve(challenge) };
}

// Under the key that was tried: what came through after all is not stored twice.
function post(form) {
  addHiddenField(form, "idempotency_key", form.dataset.cxKey ?? "", "skip");
  form.submit();
}

function clock(form) {
  const { seconds } = form.elements;
  if (seconds && form.dataset.cxSince) seconds.value = Math.round((Date.now() - form.dataset.cxSince) / 1000);
}

async function submit(event) {
  const form = event.target;
  if (!form.dataset.cxApi || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  button?.toggleAttribute("disabled", true);
  form.ariaBusy = true;
  clock(form);
  try {
    let response = await send(form);
    if (response.status === 428) response = await send(form, await solved(form, response));
    const type = response.headers.get("Content-Type") ?? "";
    if (/json/.test(type) || response.ok) delete form.dataset.cxKey;
    if (response.ok) {
      clearErrors(form);
      const data = type.includes("json") ? await response.json() : null;
      showThanks(form, data);
      form.dispatchEvent(new CustomEvent("cx:done", { bubbles: true, detail: data }));
    } else if (type.includes("problem+json")) {
      const problem = await response.json();
      showErrors(form, problem);
      form.dispatchEvent(new CustomEvent("cx:problem", { bubbles: true, detail: problem }));
    } else {
      post(form);
    }
  } catch {
    post(form);
  } finally {
    button?.toggleAttribute("disabled", false);
    form.ariaBusy = null;
  }
}

document.addEventListener("submit", submit);
document.addEventListener("input", ({ target: { form } }) => {
  if (!form?.dataset.cxApi) return;
  form.dataset.cxSince ??= Date.now();
  delete form.dataset.cxKey; // Other words are another request.
});
