// Sends the pages that were answered, and a score that was chosen, before they are sent for good;
// only where the form says so. The draft's key is the key of the attempt: nothing more is stored.
import { sendAct } from "../core/client/client.js";
import { getKey } from "../core/drafts.js";
import { addHiddenField, collect } from "../core/forms.js";

const DELAY = 1500;
// The most that a browser sends while the page is left.
const LONGEST_KEPT_ALIVE = 60_000;

class Partials {
  constructor(form) {
    this.form = form;
    this.field = null;
    this.farthest = "";
    this.timer = 0;
  }

  // What an earlier page load has kept goes too, when its draft is sent.
  addKey() {
    const { form } = this;
    this.field ??= form.elements.partial ?? addHiddenField(form, "partial", getKey(form));
  }

  // Going back takes nothing back that was answered on later pages.
  reach(key) {
    const keys = [...this.form.querySelectorAll("[data-cx-q]")].map((each) => each.dataset.cxQ);
    if (keys.indexOf(key) >= keys.indexOf(this.farthest)) this.farthest = key;
  }

  // The answers of all pages, those of later ones too, whose fields are disabled.
  collectAll() {
    const { form } = this;
    const disabled = [...form.elements].filter(
      (each) => each.disabled && each.name.startsWith("answers."),
    );
    for (const each of disabled) each.disabled = false;
    const found = collect(form);
    for (const each of disabled) each.disabled = true;
    return found;
  }

  save(key) {
    const { form } = this;
    this.addKey();
    this.reach(key);
    const sequence = Date.now() - (form.dataset.cxSince ?? Date.now());
    const all = { answers: {}, ...this.collectAll(), upto: this.farthest, sequence };
    const body = JSON.stringify(all);
    const { lang } = form.elements;
    sendAct(
      { api: form.dataset.cxPartials, method: "POST", lang: lang.value, body },
      { keepalive: body.length < LONGEST_KEPT_ALIVE },
    );
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  flush() {
    if (!this.timer) return;
    this.stop();
    this.save("score");
  }

  // An NPS widget: a score that is chosen is an answered page.
  watchScore() {
    this.form.addEventListener("input", ({ target }) => {
      if (target.name !== "answers.score") return;
      this.stop();
      this.timer = setTimeout(() => this.flush(), DELAY);
    });
    addEventListener("pagehide", () => this.flush());
  }

  watch() {
    const { form } = this;
    form.addEventListener("cx:answered", ({ detail }) => this.save(detail));
    form.addEventListener("submit", () => {
      this.stop();
      this.addKey();
    });
    form.addEventListener("cx:done", () => {
      this.field?.remove();
      this.field = null;
      this.farthest = "";
    });
  }
}

for (const form of document.querySelectorAll("form[data-cx-partials]")) {
  const note = form.querySelector("[data-cx-told]");
  if (!note) continue;
  const partials = new Partials(form);
  partials.watch();
  if (!note.hidden) continue;
  note.hidden = false;
  partials.watchScore();
}
