// Counts who begins to answer: one request for a form, of which nobody waits for the answer.
import { addHiddenField } from "../core/forms.js";

export function addStartFields(form) {
  const { seconds, begun } = form.elements;
  if (seconds) return;
  addHiddenField(form, "seconds", 1, "number");
  if (!begun) addHiddenField(form, "begun", 1, "skip");
}

export function countStart({ dataset, elements: { page, key, lang } }) {
  const act = {
    api: dataset.cxApi.replace("responses", "starts"),
    method: "POST",
    lang: lang.value,
    body: JSON.stringify({ page: Number(page?.value) || undefined, key: key?.value }),
  };
  import("../core/client/client.js").then(
    ({ sendAct }) => sendAct(act, { keepalive: true }),
    () => {},
  );
}
