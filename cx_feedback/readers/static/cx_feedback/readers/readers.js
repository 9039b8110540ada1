// Counts a visit of a reader who agreed to it: one small request a day, none without consent and
// none when the browser asks for privacy (Global Privacy Control).
import * as store from "../core/browser_store.js";
import { addHiddenField } from "../core/forms.js";

// The day of the last counted visit, in the time zone of the site, which counts days.
const MARK = "cx-visits";
const getToday = ({ dataset }) =>
  new Date().toLocaleDateString("sv", { timeZone: dataset.cxZone || "UTC" });

async function sendJson(api, method, body) {
  const { sendAct } = await import("../core/client/client.js");
  return sendAct({ api, method, body: JSON.stringify(body) });
}

async function countVisit(box) {
  const { dataset } = box;
  const mark = store.read(MARK);
  if (!mark || mark === getToday(box) || navigator.globalPrivacyControl) return;
  const page = dataset.cxPage ? { page: Number(dataset.cxPage) } : {};
  const { response } = await sendJson(dataset.cxVisits, "POST", page);
  // It may be refused in another tab meanwhile.
  if (response?.ok && store.read(MARK)) store.write(MARK, getToday(box));
}

// Returns the id of what the reader is told about a choice, of which `visits` came.
function findWords({ visits: wanted, scoring }, visits) {
  if (scoring === false) return "cx-scoring-refused";
  if (visits) return "cx-consent-given";
  return wanted ? "cx-consent-gpc" : "cx-consent-withdrawn";
}

async function choose(box, choice) {
  const { response, data } = await sendJson(box.dataset.cxMe, "PATCH", choice);
  if (!response?.ok || !data) throw new Error(response?.status);
  const { visits } = data;
  if (visits) store.write(MARK, getToday(box));
  else store.remove(MARK);
  for (const thanks of box.querySelectorAll(".cx-thanks")) thanks.classList.remove("cx-shown");
  const shown = box.querySelector(`#${findWords(choice, visits)}`);
  shown.classList.add("cx-shown");
  shown.tabIndex = -1;
  shown.focus();
}

async function onSubmit(box, event) {
  event.preventDefault();
  const { name, value } = event.submitter ?? { name: "agree", value: "no" };
  try {
    await choose(box, { [name === "agree" ? "visits" : "scoring"]: value === "yes" });
  } catch {
    addHiddenField(event.target, name, value);
    event.target.submit();
  }
}

const box = document.querySelector("[data-cx-visits]");
if (box) {
  countVisit(box).catch(() => {});
  box.querySelector("form").addEventListener("submit", (event) => onSubmit(box, event));
}
