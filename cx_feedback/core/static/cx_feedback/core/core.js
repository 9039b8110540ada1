// Sends <form data-cx-api="…/responses/"> as JSON, without leaving the page. Field names with dots
// become nested objects; data-cx-type="number" sends a number, "list" an array, "true" true,
// "skip" nothing; a choice ":other" goes with the words of the field "….other". Whatever is
// unexpected posts the form the plain way, so nothing that a reader wrote is lost.

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
    if (!field.name || field.disabled || field.dataset.cxType === "skip") continue;
    if ((field.type === "radio" || field.type === "checkbox") && !field.checked) continue;
    if (field.value === "" && !field.dataset.cxEmpty) continue;
    const type = field.dataset.cxType;
    const words = field.value === ":other" && form.elements[`${field.name}.other`];
    const value = words ? { other: words.value } : type === "number" ? Number(field.value) : field.value;
    add(field.name, type === "true" || value, type === "list");
  }
  return body;
}

export function clearErrors(form) {
  for (const old of form.querySelectorAll(".cx-error[data-cx-made]")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    if (field.dataset.cxDescribed !== undefined) {
      if (field.dataset.cxDescribed) field.setAttribute("aria-describedby", field.dataset.cxDescribed);
      else field.removeAttribute("aria-describedby");
    }
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

export function showThanks(form) {
  const thanks = form.parentElement.querySelector(".cx-thanks");
  if (!thanks) return;
  thanks.classList.add("cx-shown");
  thanks.tabIndex = -1;
  thanks.focus();
}

export function send(form, body = collect(form)) {
  return fetch(form.dataset.cxApi, {
    method: form.dataset.cxMethod ?? "POST",
    headers: {
      "Content-Type": "application/json",
      "Accept-Language": form.elements.lang?.value || document.documentElement.lang,
      "Idempotency-Key": (form.dataset.cxKey ??= crypto.randomUUID?.() ?? String(Math.random())),
    },
    body: JSON.stringify(body),
  });
}

// A proof of work, by a module that is fetched only when the server asks for one.
async function solved(form, response) {
  const { challenge, solver } = await response.json();
  const { solve } = await import(new URL(solver, location.href));
  return { ...collect(form), challenge: await solve(challenge) };
}

// The plain way, under the key that was tried: what came through after all is not stored twice.
function post(form) {
  const key = document.createElement("input");
  Object.assign(key, { type: "hidden", name: "idempotency_key", value: form.dataset.cxKey ?? "" });
  key.dataset.cxType = "skip";
  form.append(key);
  form.submit();
}

// How long the reader was at it, where a form has a field for that.
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
    if (response.ok) {
      clearErrors(form);
      const data = type.includes("json") ? await response.json() : null;
      delete form.dataset.cxKey;
      showThanks(form);
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
  if (form?.dataset.cxApi) form.dataset.cxSince ??= Date.now();
});
