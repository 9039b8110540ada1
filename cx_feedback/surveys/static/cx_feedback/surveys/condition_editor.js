// "Show only if …" in the editor: rows of question, operator and answer, filled from the blocks
// above. The field itself holds JSON.
import { dispatchChange, findBlock, listQuestionsAbove, makeElement } from "./question_blocks.js";

const FIELDS = "select, input, button";
const TAKES_SEVERAL = /one_of|none_of/;
const TAKES_NONE = /answered/;

const asList = (value) => [].concat(value ?? []);

export class ConditionsController extends window.StimulusModule.Controller {
  static values = { config: Object };

  connect() {
    this.input = this.element.querySelector("input");
    this.rows = makeElement("div", { className: "cx-conditions" });
    this.element.append(this.rows);
    this.refresh = () => this.known !== JSON.stringify(this.questions) && this.draw();
    this.element.addEventListener("focusin", this.refresh);
    this.element.addEventListener("pointerenter", this.refresh);
    this.draw();
  }

  disconnect() {
    this.rows.remove();
  }

  // The questions that a condition may be about.
  get questions() {
    return listQuestionsAbove(findBlock(this.element), this.configValue.types);
  }

  read(otherwise) {
    try {
      return JSON.parse(this.input.value || "null") ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  // Without `redraw` the focus stays in the field that is typed into.
  write(text, redraw = true) {
    this.input.value = text;
    dispatchChange(this.input);
    if (redraw) this.draw();
  }

  select(label, options, chosen, onChange, multiple = false) {
    const { words } = this.configValue;
    const select = makeElement("select", { ariaLabel: label, multiple });
    if (multiple) select.size = Math.min(6, Math.max(2, options.length));
    else select.append(makeElement("option", { value: "", textContent: words.choose }));
    const all = asList(chosen);
    const known = options.map(([value]) => value);
    const gone = all.filter((value) => value !== "" && !known.includes(value));
    for (const [value, text] of [...options, ...gone.map((value) => [value, words.gone])]) {
      const selected = all.includes(value);
      select.append(makeElement("option", { value, textContent: text, selected }));
    }
    select.addEventListener("change", () => {
      const values = [...select.selectedOptions].map((option) => option.value);
      onChange(multiple ? values : select.value);
    });
    return select;
  }

  button(textContent, onClick, ariaLabel) {
    const className = "button button-small button-secondary";
    const button = makeElement("button", { type: "button", className, textContent });
    if (ariaLabel) button.ariaLabel = ariaLabel;
    button.addEventListener("click", onClick);
    return button;
  }

  get condition() {
    return { match: "all", rules: [], ...this.read({}) };
  }

  writeCondition(condition, redraw) {
    this.write(condition.rules.length ? JSON.stringify(condition) : "", redraw);
  }

  draw() {
    const { words } = this.configValue;
    const { condition, questions } = this;
    const place = [...this.rows.querySelectorAll(FIELDS)].indexOf(document.activeElement);
    this.known = JSON.stringify(questions);
    const rows = condition.rules.map((rule) => this.drawRule(condition, rule, questions));
    if (rows.length > 1) rows.unshift(this.drawMatch(condition));
    if (questions.length) rows.push(this.drawAdding(condition));
    else rows.push(makeElement("p", { className: "help", textContent: words.none }));
    this.rows.replaceChildren(...rows);
    this.showHint(condition.rules.length ? words.hint : "");
    if (place >= 0) this.rows.querySelectorAll(FIELDS)[place]?.focus();
  }

  drawMatch(condition) {
    const { words } = this.configValue;
    const options = [
      ["all", words.all],
      ["any", words.any],
    ];
    const onChange = (value) => this.writeCondition({ ...condition, match: value || "all" });
    const select = this.select(words.match, options, condition.match, onChange);
    select.firstChild.remove();
    return select;
  }

  drawAdding(condition) {
    const rule = { question: "", operator: "is", value: "" };
    const add = () => this.writeCondition({ ...condition, rules: [...condition.rules, rule] });
    return makeElement("div", {}, this.button(this.configValue.words.add, add));
  }

  drawRule(condition, rule, questions) {
    const { words } = this.configValue;
    const question = questions.find((each) => each.id === rule.question);
    const change = (values, redraw) => {
      Object.assign(rule, values);
      this.writeCondition(condition, redraw);
    };
    const remove = () =>
      this.writeCondition({ ...condition, rules: condition.rules.filter((each) => each !== rule) });
    const number = condition.rules.indexOf(rule) + 1;
    const row = makeElement(
      "div",
      { className: "cx-conditions__rule", role: "group", ariaLabel: `${words.operator} ${number}` },
      this.drawQuestion(rule, questions, change),
      this.drawOperator(rule, question, change),
    );
    if (!TAKES_NONE.test(rule.operator)) row.append(this.drawAnswer(rule, question, change));
    row.append(this.button("✕", remove, words.remove));
    return row;
  }

  // Another question may be compared in other ways.
  drawQuestion(rule, questions, change) {
    const { words, offered } = this.configValue;
    const options = questions.map(({ id, label }, index) => [id, `${index + 1}. ${label}`]);
    return this.select(words.question, options, rule.question, (question) => {
      const { kind } = questions.find((each) => each.id === question) ?? { kind: "text" };
      const [first] = offered[kind];
      const operator = offered[kind].includes(rule.operator) ? rule.operator : first;
      change({ question, operator, value: "" });
    });
  }

  drawOperator(rule, question, change) {
    const { words, offered } = this.configValue;
    const options = offered[question?.kind ?? "text"].map((name) => [name, words[name]]);
    return this.select(words.operator, options, rule.operator, (operator) => {
      if (!operator) return;
      const values = asList(rule.value || []);
      change({ operator, value: TAKES_SEVERAL.test(operator) ? values : (values[0] ?? "") });
    });
  }

  drawAnswer(rule, question, change) {
    const { words } = this.configValue;
    if (question?.answers.length) {
      const onChange = (value) => change({ value });
      const isMultiple = TAKES_SEVERAL.test(rule.operator);
      return this.select(words.value, question.answers, rule.value, onChange, isMultiple);
    }
    const isNumber = question?.kind === "number";
    const type = ["number", "date"].includes(question?.kind) ? question.kind : "text";
    const input = makeElement("input", { type, ariaLabel: words.value, value: rule.value ?? "" });
    if (isNumber) input.step = "any";
    input.addEventListener("input", () => {
      change({ value: isNumber && input.value !== "" ? Number(input.value) : input.value }, false);
    });
    return input;
  }

  // A question says in its heading that it has a condition: that is seen when it is folded up too.
  showHint(words) {
    const heading = findBlock(this.element)?.querySelector(".w-panel__header .w-panel__heading");
    if (!heading || !this.input.name.endsWith("-show_if")) return;
    const hint =
      heading.parentElement.querySelector(".cx-conditional") ??
      makeElement("span", { className: "w-status cx-conditional" });
    hint.textContent = words;
    if (words) heading.after(hint);
    else hint.remove();
  }
}

window.wagtail.app.register("cx-conditions", ConditionsController);
