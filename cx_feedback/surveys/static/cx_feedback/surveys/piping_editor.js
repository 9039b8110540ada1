// "Insert an earlier answer" at texts of questions: writes {{ name }} at the cursor, and names
// the answer of the chosen question when it has no name yet.
import { dispatchChange, findBlock, listQuestionsAbove, makeElement } from "./question_blocks.js";

const MOST_WORDS = 4;
const LONGEST = 36;

// Returns a name made of the first words of a question that no other answer has.
export function makeToken(label, taken, otherwise) {
  const plain = label
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z0-9\s]/g, "");
  const words = plain.trim().split(/\s+/).slice(0, MOST_WORDS).join("_");
  const base = words.replace(/^[^a-z]+/, "").slice(0, LONGEST) || otherwise;
  let token = base;
  for (let number = 2; taken.includes(token); number += 1) token = `${base}_${number}`;
  return token;
}

class PipingController extends window.StimulusModule.Controller {
  static values = { config: Object };

  connect() {
    this.list = makeElement("select", {
      className: "cx-piping",
      ariaLabel: this.configValue.insert,
    });
    this.element.after(this.list);
    this.home = this.element.parentElement;
    this.refresh = () => this.draw();
    this.home.addEventListener("focusin", this.refresh);
    this.home.addEventListener("pointerenter", this.refresh);
    this.element.addEventListener("focus", () => {
      this.isTouched = true;
    });
    this.list.addEventListener("change", () => {
      this.insert(this.questions.find((question) => question.id === this.list.value));
    });
    this.draw();
  }

  disconnect() {
    this.home.removeEventListener("focusin", this.refresh);
    this.home.removeEventListener("pointerenter", this.refresh);
    this.list.remove();
  }

  draw() {
    const questions = listQuestionsAbove(findBlock(this.element), this.configValue.types);
    if (JSON.stringify(questions) === JSON.stringify(this.questions)) return;
    this.questions = questions;
    this.list.hidden = !questions.length;
    this.list.replaceChildren(
      makeElement("option", { value: "", textContent: this.configValue.insert }),
      ...questions.map(({ id, label }, index) =>
        makeElement("option", { value: id, textContent: `${index + 1}. ${label}` }),
      ),
    );
  }

  insert(question) {
    this.list.value = "";
    const token = question && document.querySelector(`[name="${question.prefix}-value-token"]`);
    if (!token) return;
    if (!token.value) {
      const fields = [...document.querySelectorAll("[name$='-value-token']")];
      const taken = fields.map((field) => field.value);
      token.value = makeToken(question.label, taken, this.configValue.answer);
      dispatchChange(token);
    }
    const field = this.element;
    const end = field.value.length;
    const [from, to] = this.isTouched ? [field.selectionStart, field.selectionEnd] : [end, end];
    field.setRangeText(`{{ ${token.value} }}`, from, to, "end");
    dispatchChange(field, ["input", "change"]);
    field.focus();
  }
}

window.wagtail.app.register("cx-piping", PipingController);
