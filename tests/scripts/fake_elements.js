// As much of elements and forms as the scripts under test use. Selectors are lists of compounds
// (div.class[attribute="value"]:checked), with " " and ">" between them.

const TOKEN =
  /^([a-z0-9]+)|\.([\w-]+)|#([\w-]+)|\[([\w-]+)(?:="?([^\]"]*)"?)?\]|:checked|:target|:not\(([^()]*)\)/g;
const STEP = />|(?:\([^()]*\)|\[[^\]]*\]|[^\s>])+/g;

// The steps from the last one back, each of an element that holds the one before.
function matchesSteps(element, steps, scope) {
  const [step, ...others] = steps;
  if (!element || !(step === ":scope" ? element === scope : matchesCompound(element, step)))
    return false;
  if (!others.length) return true;
  let holder = element.parentElement;
  if (others[0] === ">") return matchesSteps(holder, others.slice(1), scope);
  for (; holder; holder = holder.parentElement) {
    if (matchesSteps(holder, others, scope)) return true;
  }
  return false;
}

function matchesAny(element, selectors, scope) {
  return selectors
    .split(", ")
    .some((selector) => matchesSteps(element, selector.match(STEP).reverse(), scope));
}

function matchesCompound(element, compound) {
  if (compound.replace(TOKEN, "")) throw new Error(`a selector that is not known: ${compound}`);
  return [...compound.matchAll(TOKEN)].every(([whole, tag, name, id, attribute, value, not]) => {
    if (tag) return element.tagName === tag.toUpperCase();
    if (name) return element.classList.contains(name);
    if (id) return element.id === id;
    if (not) return !matchesOutside(element, not);
    if (whole === ":checked") return element.checked;
    if (whole === ":target") return element.isTarget;
    if (!element.hasAttribute(attribute)) return false;
    return value === undefined || element.getAttribute(attribute) === value;
  });
}

// ":not([name] *)" is about what stands inside of such an element.
function matchesOutside(element, selector) {
  if (!selector.endsWith(" *")) return element.matches(selector);
  return Boolean(element.parentElement?.closest(selector.slice(0, -2)));
}

const toAttribute = (key) =>
  `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function makeDataset(element) {
  return new Proxy(
    {},
    {
      get: (_target, key) => element.getAttribute(toAttribute(key)) ?? undefined,
      set: (_target, key, value) => {
        element.setAttribute(toAttribute(key), value);
        return true;
      },
      deleteProperty: (_target, key) => {
        element.removeAttribute(toAttribute(key));
        return true;
      },
    },
  );
}

class FakeElement extends EventTarget {
  constructor(tag) {
    super();
    Object.assign(this, { tagName: tag.toUpperCase(), children: [], parentElement: null });
    Object.assign(this, { attributes: new Map(), ownText: "", id: "", hidden: false });
    this.names = new Set();
    this.classList = {
      add: (name) => this.names.add(name),
      remove: (name) => this.names.delete(name),
      contains: (name) => this.names.has(name),
      toggle: (name, isOn) => (isOn ? this.names.add(name) : this.names.delete(name)),
    };
    this.dataset = makeDataset(this);
  }

  set className(value) {
    for (const name of value.split(" ").filter(Boolean)) this.classList.add(name);
  }

  get textContent() {
    return this.ownText + this.children.map((child) => child.textContent).join("");
  }

  set textContent(value) {
    this.children = [];
    this.ownText = String(value);
  }

  get firstElementChild() {
    return this.children[0];
  }

  get nextElementSibling() {
    const { children } = this.parentElement;
    return children[children.indexOf(this) + 1] ?? null;
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  hasAttribute(name) {
    return this.attributes.has(name);
  }

  insertAt(findPlace, nodes) {
    for (const node of nodes) {
      const child = typeof node === "string" ? makeText(node) : node;
      child.remove();
      this.children.splice(findPlace(), 0, child);
      child.parentElement = this;
    }
  }

  append(...nodes) {
    this.insertAt(() => this.children.length, nodes);
  }

  appendChild(node) {
    this.append(node);
    return node;
  }

  prepend(...nodes) {
    this.insertAt(() => 0, nodes.reverse());
  }

  before(...nodes) {
    this.parentElement.insertAt(() => this.parentElement.children.indexOf(this), nodes);
  }

  after(...nodes) {
    this.parentElement.insertAt(
      () => this.parentElement.children.indexOf(this) + 1,
      nodes.reverse(),
    );
  }

  replaceWith(...nodes) {
    this.before(...nodes);
    this.remove();
  }

  replaceChildren(...nodes) {
    for (const child of [...this.children]) child.remove();
    this.ownText = "";
    this.append(...nodes);
  }

  remove() {
    const children = this.parentElement?.children ?? [];
    if (children.includes(this)) children.splice(children.indexOf(this), 1);
    this.parentElement = null;
  }

  cloneNode() {
    const copy = make(this.tagName.toLowerCase());
    for (const name of this.names) copy.classList.add(name);
    for (const [name, value] of this.attributes) copy.setAttribute(name, value);
    copy.ownText = this.ownText;
    copy.append(...this.children.map((child) => child.cloneNode()));
    return copy;
  }

  matches(selectors) {
    return matchesAny(this, selectors);
  }

  closest(selectors) {
    return this.matches(selectors) ? this : (this.parentElement?.closest(selectors) ?? null);
  }

  querySelectorAll(selectors, scope = this) {
    return this.children.flatMap((child) => [
      ...(matchesAny(child, selectors, scope) ? [child] : []),
      ...child.querySelectorAll(selectors, scope),
    ]);
  }

  querySelector(selectors) {
    return this.querySelectorAll(selectors)[0] ?? null;
  }

  focus() {
    document.activeElement = this;
  }

  scrollIntoView() {
    document.scrolledTo = this;
  }
}

const makeText = (words) => Object.assign(new FakeElement("#text"), { ownText: words });

const REFLECTED = {
  href: "href",
  ariaPressed: "aria-pressed",
  ariaLabel: "aria-label",
  ariaCurrent: "aria-current",
};
for (const [name, attribute] of Object.entries(REFLECTED)) {
  Object.defineProperty(FakeElement.prototype, name, {
    get() {
      return this.getAttribute(attribute);
    },
    set(value) {
      if (value === null) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}

const STATE = ["value", "checked", "disabled"];

// `attributes` are set as properties, and as attributes unless they are what a reader changes.
export function make(tag, attributes = {}, ...children) {
  const element = new (tag === "form" ? FakeForm : FakeElement)(tag);
  const { class: className = "", ...others } = attributes;
  element.className = className;
  for (const [name, value] of Object.entries(others)) {
    if (!STATE.includes(name)) element.setAttribute(name, value);
    if (!name.includes("-")) element[name] = value;
  }
  if (["input", "select", "textarea"].includes(tag)) {
    element.type ??= tag === "input" ? "text" : tag;
    element.value ??= "";
    element.checked ??= false;
  }
  element.append(...children);
  return element;
}

class FakeForm extends FakeElement {
  get elements() {
    const fields = this.querySelectorAll("input, select, textarea, button");
    for (const field of fields) fields[field.name] ??= field;
    return fields;
  }

  reset() {
    for (const field of this.elements) Object.assign(field, { value: "", checked: false });
  }

  submit() {
    this.isPosted = true;
  }

  requestSubmit() {
    this.isSent = true;
  }
}
