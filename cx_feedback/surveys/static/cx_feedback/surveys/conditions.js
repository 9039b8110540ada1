// "Show only if …" in the editor: rows of question, operator and answer, filled from the blocks
// above. The field itself holds JSON. New blocks have their ids before they are saved: Wagtail
// gives them one when they are inserted, so a condition holds from the first save on.

function make(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

// The items of a list in a block, as [id, label]; taken away ones left out.
function itemsOf(block, prefix, list) {
  return [...block.querySelectorAll(`input[name^="${prefix}-value-${list}-"][name$="-id"]`)]
    .map((id) => [id, id.name.slice(0, -3)])
    .filter(([, item]) => block.querySelector(`[name="${item}-deleted"]`)?.value !== "1")
    .map(([id, item]) => [id.value, block.querySelector(`[name="${item}-value"], [name^="${item}-value-"]`)?.value ?? ""]);
}

// The questions above a block, or all of the form without one: ids, prefixes of their fields,
// labels, kinds and the answers to choose from.
function questionsAbove(own, types) {
  const all = document.querySelector("[name='questions-count']")?.parentElement.querySelector("[data-streamfield-stream-container]");
  const found = [];
  for (let block = (own?.parentElement ?? all)?.firstElementChild; block && block !== own; block = block.nextElementSibling) {
    const id = block.querySelector("input[name$='-id']"), prefix = id?.name.slice(0, -3);
    const value = (name) => block.querySelector(`[name="${prefix}-${name}"]`)?.value ?? "";
    const type = id && types[value("type")];
    if (!type || value("deleted") === "1") continue;
    const kind = type.comparison;
    let answers = type.lists.flatMap((list) => itemsOf(block, prefix, list));
    if (value("value-other")) answers.push([":other", value("value-other")]);
    if (kind === "matrix") {
      const [rows, columns] = type.lists.map((list) => itemsOf(block, prefix, list));
      answers = rows.flatMap(([row, words]) =>
        columns.map(([column, more]) => [`${row}:${column}`, `${words}: ${more}`]));
    }
    found.push({ id: id.value, prefix, kind, label: value("value-label") || type.label, answers });
  }
  return found;
}

class ConditionsController extends window.StimulusModule.Controller {
  static values = { config: Object };

  connect() {
    this.input = this.element.querySelector("input");
    this.rows = make("div", { className: "cx-conditions" });
    this.element.append(this.rows);
    this.refresh = () => this.known !== JSON.stringify(this.earlier()) && this.draw();
    this.element.addEventListener("focusin", this.refresh);
    this.element.addEventListener("pointerenter", this.refresh);
    this.draw();
  }

  disconnect() {
    this.rows.remove();
  }

  get condition() {
    try { return { match: "all", rules: [], ...JSON.parse(this.input.value || "{}") }; } catch { return { match: "all", rules: [] }; }
  }

  write(condition, redraw = true) {
    this.input.value = condition.rules.length ? JSON.stringify(condition) : "";
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (redraw) this.draw();
  }

  earlier() {
    return questionsAbove(this.element.closest("[data-streamfield-child]"), this.configValue.types);
  }

  select(label, options, chosen, change, multiple = false) {
    const select = make("select", { ariaLabel: label, multiple });
    if (multiple) select.size = Math.min(6, Math.max(2, options.length));
    const known = options.map(([value]) => value), all = [].concat(chosen ?? []);
    if (!multiple) select.append(make("option", { value: "", textContent: this.configValue.words.choose }));
    for (const value of all) if (value !== "" && !known.includes(value)) options.push([value, this.configValue.words.gone]);
    for (const [value, words] of options) select.append(make("option", { value, textContent: words, selected: all.includes(value) }));
    select.addEventListener("change", () => change(multiple ? [...select.selectedOptions].map((o) => o.value) : select.value));
    return select;
  }

  draw() {
    const { words, offered } = this.configValue, condition = this.condition, earlier = this.earlier();
    const at = [...this.rows.querySelectorAll("select, input, button")].indexOf(document.activeElement);
    this.known = JSON.stringify(earlier);
    const rows = condition.rules.map((rule, place) => {
      const put = (more, redraw) => this.write({ ...condition, rules: condition.rules.map((r, n) => (n === place ? Object.assign(rule, more) : r)) }, redraw);
      const asked = earlier.find((one) => one.id === rule.question), kind = asked?.kind ?? "text";
      const labels = earlier.map((one, n) => [one.id, `${n + 1}. ${one.label}`]);
      const row = make("div", { className: "cx-conditions__rule", role: "group", ariaLabel: `${words.operator} ${place + 1}` },
        this.select(words.question, labels, rule.question, (question) => {
          const next = offered[earlier.find((one) => one.id === question)?.kind ?? "text"];
          put({ question, operator: next.includes(rule.operator) ? rule.operator : next[0], value: "" });
        }),
        this.select(words.operator, offered[kind].map((name) => [name, words[name]]), rule.operator,
          (operator) => operator && put({ operator, value: /one_of|none_of/.test(operator) ? [].concat(rule.value || []) : [].concat(rule.value)[0] ?? "" })));
      if (!/answered/.test(rule.operator)) row.append(this.answer(words.value, kind, asked, rule, put));
      row.append(make("button", {
        type: "button", className: "button button-small button-secondary", ariaLabel: words.remove, textContent: "✕",
        onclick: () => this.write({ ...condition, rules: condition.rules.filter((r) => r !== rule) }),
      }));
      return row;
    });
    if (rows.length > 1) {
      const match = this.select(words.match, [["all", words.all], ["any", words.any]], condition.match, (value) => this.write({ ...condition, match: value || "all" }));
      match.firstChild.remove();
      rows.unshift(match);
    }
    if (!earlier.length) rows.push(make("p", { className: "help", textContent: words.none }));
    else rows.push(make("div", {}, make("button", {
      type: "button", className: "button button-small button-secondary", textContent: words.add,
      onclick: () => this.write({ ...condition, rules: [...condition.rules, { question: "", operator: "is", value: "" }] }),
    })));
    this.rows.replaceChildren(...rows);
    this.hint(condition.rules.length ? words.hint : "");
    if (at >= 0) this.rows.querySelectorAll("select, input, button")[at]?.focus();
  }

  // A question says in its heading that it has a condition: that is seen when it is folded up too.
  hint(words) {
    const heading = this.element.closest("[data-streamfield-child]")?.querySelector(".w-panel__header .w-panel__heading");
    if (!heading || !this.input.name.endsWith("-show_if")) return;
    const made = heading.parentElement.querySelector(".cx-conditional") ?? make("span", { className: "w-status cx-conditional" });
    made.textContent = words;
    if (words) heading.after(made);
    else made.remove();
  }

  answer(label, kind, asked, rule, put) {
    if (asked?.answers.length) {
      return this.select(label, asked.answers, rule.value, (value) => put({ value }), /one_of|none_of/.test(rule.operator));
    }
    const number = kind === "number", type = number ? "number" : kind === "date" ? "date" : "text";
    const input = make("input", { type, ariaLabel: label, value: rule.value ?? "" });
    if (number) input.step = "any";
    input.addEventListener("input", () => put({ value: number && input.value !== "" ? Number(input.value) : input.value }, false));
    return input;
  }
}

// "At most 50 of this answer": rows of question, answer and number, of all questions of the form.
class QuotasController extends ConditionsController {
  get quotas() {
    try { return JSON.parse(this.input.value || "[]"); } catch { return []; }
  }

  put(quotas, redraw = true) {
    this.input.value = JSON.stringify(quotas);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (redraw) this.draw();
  }

  draw() {
    const { words } = this.configValue, quotas = this.quotas;
    const all = this.earlier();
    this.known = JSON.stringify(all);
    const asked = all.filter((one) => one.answers.length && /keys|list/.test(one.kind));
    const rows = quotas.map((quota) => {
      const change = (more, redraw) => { Object.assign(quota, more); this.put(quotas, redraw); };
      const answers = asked.find((one) => one.id === quota.question)?.answers ?? [];
      const limit = make("input", { type: "number", min: 1, value: quota.limit ?? "", ariaLabel: words.limit });
      limit.addEventListener("input", () => change({ limit: Number(limit.value) || null }, false));
      return make("div", { className: "cx-conditions__rule", role: "group" },
        this.select(words.question, asked.map((one) => [one.id, one.label]), quota.question, (question) => change({ question, value: "" })),
        this.select(words.value, answers, quota.value, (value) => change({ value })),
        limit,
        make("button", {
          type: "button", className: "button button-small button-secondary", ariaLabel: words.remove_quota, textContent: "✕",
          onclick: () => this.put(quotas.filter((one) => one !== quota)),
        }));
    });
    rows.push(make("div", {}, make("button", {
      type: "button", className: "button button-small button-secondary", textContent: words.add_quota,
      onclick: () => this.put([...quotas, { question: "", value: "", limit: null }]),
    })));
    this.rows.replaceChildren(...rows);
  }
}

// A survey of more than a few questions opens as an outline, to read and to drag: folded up, but
// for the question that the address names and those with something to put right.
class OutlineController extends window.StimulusModule.Controller {
  connect() {
    setTimeout(() => this.fold()); // Wagtail makes the blocks in this very pass
  }

  fold() {
    const panels = [...this.element.querySelectorAll("[data-streamfield-stream-container] > [data-streamfield-child] > section")];
    if (panels.length < 4) return;
    for (const panel of panels) {
      const toggle = panel.querySelector("[data-panel-toggle][aria-expanded=true]");
      const stays = panel.querySelector(".error, [aria-invalid=true], .w-field--error") || location.hash === `#${panel.id}`;
      if (toggle && !stays) toggle.click();
    }
  }
}

window.wagtail.app.register("cx-outline", OutlineController);
window.wagtail.app.register("cx-conditions", ConditionsController);
window.wagtail.app.register("cx-quotas", QuotasController);
