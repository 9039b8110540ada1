// Counts a visit of a reader who agreed to it: one small request a day, none without consent and
// none when the browser asks for privacy (Global Privacy Control).

const MARK = "cx-visits";
const store = {
  get: () => { try { return localStorage.getItem(MARK); } catch { return null; } },
  set: (value) => { try { localStorage.setItem(MARK, value); } catch { /* private window */ } },
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
  if (mark && mark !== "no" && mark !== today() && !navigator.globalPrivacyControl) {
    json(box.dataset.cxVisits, "POST", page).then((r) => r.ok && store.set(today())).catch(() => {});
  }
  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const agrees = event.submitter?.value === "yes";
    try {
      const response = await json(box.dataset.cxMe, "PATCH", { visits: agrees });
      if (!response.ok) throw new Error(response.status);
      store.set(agrees ? today() : "no");
      for (const thanks of box.querySelectorAll(".cx-thanks")) thanks.classList.remove("cx-shown");
      const shown = box.querySelector(agrees ? "#cx-consent-given" : "#cx-consent-withdrawn");
      shown.classList.add("cx-shown");
      shown.tabIndex = -1;
      shown.focus();
    } catch {
      const button = event.submitter;
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "agree", value: button.value });
      event.target.append(hidden);
      event.target.submit();
    }
  });
}
