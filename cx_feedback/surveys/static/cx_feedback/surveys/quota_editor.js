// "At most 50 of this answer": rows of question, answer and number, of all questions of the form.
import { ConditionsController } from "./condition_editor.js";
import { makeElement } from "./question_blocks.js";

class QuotasController extends ConditionsController {
  get quotas() {
    return this.read([]);
  }

  writeQuotas(quotas, redraw) {
    this.write(JSON.stringify(quotas), redraw);
  }

  draw() {
    const { quotas, questions } = this;
    this.known = JSON.stringify(questions);
    const countable = questions.filter(
      ({ answers, kind }) => answers.length && /keys|list/.test(kind),
    );
    const add = () => this.writeQuotas([...quotas, { question: "", value: "", limit: null }]);
    this.rows.replaceChildren(
      ...quotas.map((quota) => this.drawQuota(quotas, quota, countable)),
      makeElement("div", {}, this.button(this.configValue.words.add_quota, add)),
    );
  }

  drawQuota(quotas, quota, questions) {
    const { words } = this.configValue;
    const change = (values, redraw) => {
      Object.assign(quota, values);
      this.writeQuotas(quotas, redraw);
    };
    const remove = () => this.writeQuotas(quotas.filter((each) => each !== quota));
    const options = questions.map(({ id, label }) => [id, label]);
    const answers = questions.find(({ id }) => id === quota.question)?.answers ?? [];
    return makeElement(
      "div",
      { className: "cx-conditions__rule", role: "group" },
      this.select(words.question, options, quota.question, (question) =>
        change({ question, value: "" }),
      ),
      this.select(words.value, answers, quota.value, (value) => change({ value })),
      this.drawLimit(quota, change),
      this.button("✕", remove, words.remove_quota),
    );
  }

  drawLimit(quota, change) {
    const ariaLabel = this.configValue.words.limit;
    const limit = makeElement("input", {
      type: "number",
      min: 1,
      value: quota.limit ?? "",
      ariaLabel,
    });
    limit.addEventListener("input", () => change({ limit: Number(limit.value) || null }, false));
    return limit;
  }
}

window.wagtail.app.register("cx-quotas", QuotasController);
