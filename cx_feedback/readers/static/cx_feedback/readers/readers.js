// Counts a visit of a reader who agreed to it: one small request a day, none without consent and
// none when the browser asks for privacy (Global Privacy Control).

const MARK = "cx-visits";
const store = {
  get: () => { try { return localStorage.getItem(MARK); } catch { return null; } },
  set: (value) => {
    try { value ? localStorage.setItem(MARK, value) : localStorage.removeItem(MARK); } catch { /* private window */ }
  },
};
const today = () => new Date().toISOString().slice(0, 10);

function json(url, method, body) {
  return fetch(url, {
    method,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

const box = document.querySelector("[data-cx-visits]");
if (box) {
  const page = box.dataset.cxPage ? { page: Number(box.dataset.cxPage) } : {};
  const mark = store.get();
  if (mark && mark !== today() && !navigator.globalPrivacyControl) {
    json(box.dataset.cxVisits, "POST", page).then((r) => r.ok && store.get() && store.set(today())).catch(() => {});
  }
  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, value } = event.submitter ?? { name: "agree", value: "no" };
    const choice = { [name === "agree" ? "visits" : "scoring"]: value === "yes" };
    try {
      const response = await json(box.dataset.cxMe, "PATCH", choice);
      if (!response.ok) throw new Error(response.status);
      const { visits } = await response.json();
      store.set(visits ? today() : "");
      for (const thanks of box.querySelectorAll(".cx-thanks")) thanks.classList.remove("cx-shown");
      const id = choice.scoring === false ? "cx-scoring-refused"
        : visits ? "cx-consent-given" : choice.visits ? "cx-consent-gpc" : "cx-consent-withdrawn";
      const shown = box.querySelector(`#${id}`);
      shown.classList.add("cx-shown");
      shown.tabIndex = -1;
      shown.focus();
    } catch {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      event.target.append(hidden);
      event.target.submit();
    }
  });
}
