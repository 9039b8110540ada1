// The pages of a form: which fields are shown, what they say, how far the reader is.
import { collect, isGiven } from "../core/forms.js";
import { findPlaces, insertAnswers } from "./piping.js";
import { splitIntoPages } from "./routing.js";

const listInputs = (field) => [...field.querySelectorAll("input, select, textarea")];

// Returns an answer as its reader sees it.
function sayAnswer(field) {
  const getWords = (input) => {
    if (input.selectedOptions) return input.selectedOptions[0].textContent;
    return input.checked ? input.closest("label").textContent : input.value;
  };
  return listInputs(field)
    .filter(isGiven)
    .map((input) => getWords(input).trim())
    .join(", ");
}

export class SurveyPages {
  constructor(form) {
    this.form = form;
    this.next = this.find("[type=submit]");
    this.back = this.find("[name=back]");
    this.forward = this.next.textContent;
    this.items = JSON.parse(this.find("script")?.textContent ?? "[]");
    this.place = 0;
    this.pages = [];
    this.disabled = [];
    const later = this.find("template");
    this.isPaged = Boolean(later);
    later?.replaceWith(later.content);
    this.takeFields();
  }

  find(selector) {
    return this.form.querySelector(selector);
  }

  get isLast() {
    return this.place >= this.pages.length - 1;
  }

  get lastKey() {
    return this.pages[this.place].at(-1).key;
  }

  // Fields of all pages stand where those of the first do, in their order.
  takeFields() {
    const all = [...this.form.querySelectorAll("[data-cx-q]")];
    this.fields = {};
    this.places = [];
    for (const { key } of this.items) {
      const field = all.find((each) => each.dataset.cxQ === key);
      this.fields[key] = field;
      this.next.parentNode.before(field);
      this.places.push(...findPlaces(field));
    }
  }

  show() {
    const { form } = this;
    for (const words of form.querySelectorAll(".cx-other")) {
      const group = words.closest("fieldset, .cx-field");
      words.required = group.querySelector("[value=':other']:checked");
    }
    for (const input of this.disabled) input.disabled = false;
    this.disabled = [];
    if (!this.isPaged) return;
    this.pages = splitIntoPages(this.items, collect(form).answers ?? {});
    this.place = Math.min(this.place, this.pages.length - 1);
    this.showFields();
    this.showProgress();
  }

  // What is on later pages is neither sent nor checked.
  showFields() {
    const page = this.pages[this.place];
    const reached = this.pages.slice(0, this.place + 1).flat();
    const answers = {};
    for (const item of this.items) {
      const field = this.fields[item.key];
      field.hidden = !page.includes(item);
      if (reached.includes(item)) answers[item.token] = sayAnswer(field);
      else this.disable(field);
    }
    for (const { node, text } of this.places) node.data = insertAnswers(text, answers);
  }

  disable(field) {
    for (const input of listInputs(field)) {
      if (input.disabled) continue;
      input.disabled = true;
      this.disabled.push(input);
    }
  }

  showProgress() {
    this.next.textContent = this.isLast ? this.next.dataset.cxSend : this.forward;
    this.back.hidden = !this.place;
    const intro = this.find(".cx-intro");
    if (intro) intro.hidden = this.place;
    const line = this.find("[data-cx-words]");
    if (!line) return;
    const bar = this.find("progress");
    bar.max = this.pages.length;
    bar.value = this.place + 1;
    const words = line.dataset.cxWords.replace("{0}", bar.value).replace("{1}", bar.max);
    if (line.textContent !== words) line.textContent = words;
  }

  showPage(place) {
    this.place = place;
    this.show();
  }

  goTo(place) {
    this.showPage(place);
    const first = this.fields[this.pages[this.place][0].key];
    first.tabIndex = -1;
    first.focus();
  }

  goToElement(element) {
    const place = this.findPage((field) => field.contains(element));
    if (place < 0) return;
    this.showPage(place);
    element.focus();
  }

  // What a draft doesn't keep, and what is asked since, comes first.
  goToDraft(place) {
    this.showPage(place);
    const open = this.findPage((field) => field.querySelector(":invalid"));
    if (open >= 0 && open < this.place) this.showPage(open);
  }

  findPage(holds) {
    return this.pages.findIndex((page) => page.some(({ key }) => holds(this.fields[key])));
  }
}
