// Surveys, nicer: pages and conditions in place, earlier answers said again, going on at the page
// of the draft, how long it took. As condition_operators.py, routing.py.
import { addHiddenField, collect, keep } from "../core/core.js";

// As fold_text: without case, compatibility forms, hidden characters and Turkish dots.
const fold = (text) => {
  const plain = text.replace(/\p{DI}/gu, "").normalize("NFKC").toLowerCase().toUpperCase().toLowerCase();
  return plain.replace(/i\u0307/g, "i").replace(/ς/g, "σ").normalize("NFKC");
};

const values = (a) => {
  if (a == null || a === "") return [];
  if (Array.isArray(a)) return a.flatMap(values);
  if (typeof a === "number") return [a];
  if (typeof a !== "object") return [fold(`${a}`)];
  return "other" in a ? [":other"] : values(Object.entries(a).map((cell) => cell.join(":")));
};
const text = (value) => typeof value === "string";
const not = (holds) => (v, w) => !holds(v, w);
const by = (holds) => (v, w) => v.length && w.length && text(v[0]) === text(w[0]) && holds(v[0], w[0]);
const answered = (v) => v.length;
const is = (v, w) => v.length && v.length === w.length && v.every((x) => w.includes(x));
const one_of = (v, w) => v.some((x) => w.includes(x));
const contains = (v, w) => w.length && w.every((x) => (v.length === 1 && text(v[0]) ? v[0] : v).includes(x));
const operators = {
  is, is_not: not(is), one_of, none_of: not(one_of), contains, not_contains: not(contains),
  answered, not_answered: not(answered), first: by((a, b) => a === b),
  less: by((a, b) => a < b), at_most: by((a, b) => a <= b),
  greater: by((a, b) => a > b), at_least: by((a, b) => a >= b),
};

export function matches(item, answers) {
  const holds = ([key, operator, wanted]) => operators[operator](values(answers[key]), values(wanted));
  return !item.if || (item.any ? item.if.some(holds) : item.if.every(holds));
}

export function pagesOf(items, answers) {
  const seen = {}, pages = [[]];
  let page = true, ended;
  for (const item of items) {
    const shown = matches(item, seen) && (item.p || page);
    if (item.p) page = shown;
    if (ended || !shown) continue;
    if (item.p) pages.push([]);
    pages.at(-1).push(item);
    ended = item.e;
    if (item.k in answers) seen[item.k] = answers[item.k];
  }
  return pages.filter((page) => page.some((item) => !item.p && !item.e));
}

const inputs = (node) => [...node.querySelectorAll("input, select, textarea")];
const given = (f) => f.value && f.type !== "hidden" && (f.checked || !/radio|checkbox/.test(f.type));
const words = (field) => inputs(field).filter(given)
  .map((f) => (f.selectedOptions?.[0] ?? (f.checked ? f.closest("label") : { textContent: f.value })).textContent.trim())
  .join(", ");

// The HTML is the same for every reader: random order is the page's doing. It is made of the seed and
// of what an item is, so that it stays after a reload, with answers filled in, and with items added.
export const mix = (seed, words) => {
  let n = seed;
  for (const c of words) n = Math.imul(n ^ c.codePointAt(), 0x01000193);
  n = Math.imul(n ^ n >>> 15, 0x2c1b3c6d);
  n = Math.imul(n ^ n >>> 12, 0x297a2d39);
  return (n ^ n >>> 15) >>> 0;
};
const shuffle = (box, seed) => {
  const end = box.querySelector(":scope > [data-cx-end]");
  const place = (item) => {
    const { name, value } = item.querySelector("input, select") ?? item;
    return mix(seed, item.querySelector("select") ? name : name + value);
  };
  const items = [...box.children].filter((item) => item !== end && item.value !== "");
  for (const item of items.sort((a, b) => place(a) - place(b))) box.insertBefore(item, end);
};
// The seed of a survey in this browser: gone with the response, or a week after it was drawn.
const seedOf = (key) => {
  const now = Date.now(), drawn = [Math.random() * 2 ** 32 | 0, now + 6048e5].join();
  try {
    for (const k of Object.keys(localStorage)) {
      if (/^cx-order/.test(k) && !(localStorage[k].split(",")[1] > now)) delete localStorage[k];
    }
    return parseInt(key ? localStorage[key] ??= drawn : drawn);
  } catch { return now; }
};

// Boxes and places of a ranking: too few, too many or one place twice are said before it goes on.
const count = (box) => {
  const { none = "", few = [], many = [], twice = "" } = JSON.parse(box.dataset.cxPick);
  const fields = [...box.querySelectorAll("select, [type=checkbox]")], picked = fields.filter(given), n = picked.length;
  for (const f of fields) f.setCustomValidity("");
  const wrong = !n ? none : n < few[0] ? few[1] : n > many[0] ? many[1] : new Set(picked.map((f) => f.value)).size < n ? twice : "";
  fields[0].setCustomValidity(wrong);
};

function enhance(form) {
  const find = (selector) => form.querySelector(selector);
  const api = form.dataset.cxApi, order = api && "cx-order" + api, items = JSON.parse(find("script")?.textContent ?? "[]");
  const rest = find("template"), next = find("[type=submit]"), back = find("[name=back]"), forward = next.textContent;
  rest?.replaceWith(rest.content);
  const mixed = form.querySelectorAll("[data-cx-shuffle]"), seed = mixed.length && seedOf(order);
  mixed.forEach((box) => shuffle(box, seed));
  const ranked = form.querySelectorAll(".cx-ranking");
  if (ranked.length) import("./ranking.js").then(({ rank }) => ranked.forEach(rank));
  const all = [...form.querySelectorAll("[data-cx-q]")], fields = {}, says = [];
  for (const item of items) {
    const field = fields[item.k] = all.find((f) => f.dataset.cxQ === item.k);
    next.parentNode.before(field);
    const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.data.includes("{{")) says.push([walker.currentNode, walker.currentNode.data]);
  }
  let at = 0, pages = [], off = [];

  const begin = () => {
    if (form.elements.seconds) return;
    addHiddenField(form, "seconds", 1, "number");
    addHiddenField(form, "begun", 1, "skip");
  };
  const show = () => {
    form.querySelectorAll("[data-cx-pick]").forEach(count);
    for (const f of form.querySelectorAll(".cx-other")) f.required = f.closest("fieldset, .cx-field").querySelector("[value=':other']:checked");
    for (const f of off) f.disabled = false;
    off = [];
    if (!rest) return;
    pages = pagesOf(items, collect(form).answers ?? {});
    at = Math.min(at, pages.length - 1);
    const said = {}, reached = pages.slice(0, at + 1).flat();
    for (const item of items) {
      const field = fields[item.k];
      field.hidden = !pages[at].includes(item);
      if (reached.includes(item)) said[item.t] = words(field);
      else for (const f of inputs(field)) if (!f.disabled) off.push(f), f.disabled = true;
    }
    for (const [node, words] of says) {
      node.data = words.replace(/(,? ?){{\s*([a-z]\w*)\s*(?:\|([^{}]*))?}}/g, (_, before, token, none) => {
        const answer = said[token] || none?.trim();
        return answer ? before + answer : "";
      });
    }
    next.textContent = at < pages.length - 1 ? forward : next.dataset.cxSend;
    back.hidden = !at;
    const intro = find(".cx-intro"), line = find("[data-cx-words]"), bar = find("progress");
    if (intro) intro.hidden = at;
    if (!line) return;
    const told = line.dataset.cxWords.replace("{0}", at + 1).replace("{1}", bar.max = pages.length);
    if (line.textContent !== told) line.textContent = told;
    bar.value = at + 1;
  };
  const go = (to) => {
    at = form.dataset.cxStep = to;
    show();
    keep(form);
    const first = fields[pages[at][0].k];
    first.tabIndex = -1;
    first.focus();
  };

  form.addEventListener("input", () => {
    if (!form.dataset.cxSince) {
      begin();
      if (api) fetch(api.replace("responses", "starts"), {
        method: "POST", keepalive: true, body: JSON.stringify({ page: +form.elements.page?.value || undefined, key: form.elements.key?.value }),
        headers: { "Content-Type": "application/json", "Accept-Language": form.elements.lang.value },
      }).catch(() => {});
    }
    show();
  });
  form.addEventListener("submit", (event) => {
    if (at < pages.length - 1) {
      event.preventDefault();
      form.dispatchEvent(new CustomEvent("cx:answered", { detail: pages[at].at(-1).k }));
      go(at + 1);
    } else find("[name=step]")?.remove();
  });
  back?.addEventListener("click", (event) => {
    event.preventDefault();
    go(at - 1);
  });
  // Where each reader answers once, this browser knows who has, and says so before anything is written.
  const box = form.closest(".cx"), once = box.querySelector("[data-cx-once]"), mark = "cx-once" + once?.dataset.cxOnce;
  const remember = () => {
    try {
      delete localStorage[order];
      if (once) localStorage[mark] = 1;
    } catch { /* a full or forbidden store */ }
  };
  try { if (once && localStorage[mark]) once.hidden = false; } catch { /* forbidden */ }
  if (location.hash.startsWith(`#${box.id}-thanks`)) remember();

  form.addEventListener("cx:problem", ({ detail }) => {
    if (/answered-before/.test(detail.type)) remember();
    const wrong = find("[aria-invalid]"), page = pages.find((page) => page.some((item) => fields[item.k].contains(wrong)));
    if (page) at = pages.indexOf(page), show(), wrong.focus();
  });
  form.addEventListener("cx:done", ({ detail }) => {
    remember();
    if (detail.thanks) box.querySelector(".cx-thanks").innerText = detail.thanks;
    if (detail.url) location.assign(detail.url);
  });
  form.addEventListener("cx:restored", () => {
    if (form.dataset.cxSince) begin();
    at = +form.dataset.cxStep || 0;
    show();
    // What a draft doesn't keep, and what is asked since, comes first.
    const open = pages.slice(0, at).findIndex((page) => page.some((item) => fields[item.k].querySelector(":invalid")));
    if (open >= 0) at = open, show();
  });
  show();
}

if (globalThis.document) document.querySelectorAll(".cx-survey form[data-cx-api]").forEach(enhance);
