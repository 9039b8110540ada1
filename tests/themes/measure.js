// Run within the page by tests/browser/test_themes.py: what of the widgets is hard to see.
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const known = new Map();
function rgba(color) {
  if (!known.has(color)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#f0f";
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(color, [r, g, b, a / 255]);
  }
  return known.get(color);
}
const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
const luminance = (color) => {
  const [r, g, b] = color.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};
function behind(element) {
  const layers = [];
  for (let e = element; e; e = e.parentElement) {
    const color = rgba(getComputedStyle(e).backgroundColor);
    if (color[3] > 0) layers.push(color);
    if (color[3] === 1) break;
  }
  if (!layers.length || layers.at(-1)[3] < 1) {
    const root = document.documentElement;
    const scheme = getComputedStyle(root).colorScheme;
    const dark =
      scheme === "dark" ||
      (scheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches);
    layers.push(dark ? [18, 18, 18, 1] : [255, 255, 255, 1]);
  }
  return layers.reduceRight((below, layer) => over(layer, below), [0, 0, 0]);
}
const opacity = (element) => {
  let all = 1;
  for (let e = element; e; e = e.parentElement) all *= Number(getComputedStyle(e).opacity);
  return all;
};
const shown = (e) =>
  e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
  !e.closest(".cx-visually-hidden, .cx-hp, :disabled") &&
  e.getClientRects().length > 0 &&
  getComputedStyle(e).clipPath === "none";
const where = (e) =>
  [
    e.closest("[data-state]")?.dataset.state,
    `${e.localName}.${[...e.classList].join(".")}`,
    e.name ?? "",
    e.textContent.trim().slice(0, 30),
  ].join(" | ");
const FIELDS = ".cx :is(input:not([type=hidden]), textarea, select)";
const BOXES = "[type=radio], [type=checkbox]";

/** Text, placeholders and the borders of controls that lack contrast. */
function contrasts() {
  const found = [];
  const judge = (e, what, color, ground, needed) => {
    const ratio = contrast(over([...color.slice(0, 3), color[3] * opacity(e)], ground), ground);
    if (ratio < needed - 0.005)
      found.push(`${ratio.toFixed(2)} < ${needed} ${what} of ${where(e)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (
      !walker.currentNode.data.trim() ||
      !e.closest(".cx") ||
      e.closest("option, meta, template") ||
      !shown(e)
    )
      continue;
    texts += 1;
    judge(e, "text", rgba(getComputedStyle(e).color), behind(e), 4.5);
  }
  let controls = 0;
  for (const e of document.querySelectorAll(
    `${FIELDS}, .cx :is(button, .cx-button, .cx-scale span)`,
  )) {
    if (!shown(e) || e.matches(".cx-scale input")) continue;
    controls += 1;
    const style = getComputedStyle(e);
    if (e.matches(BOXES)) {
      if (style.appearance !== "auto") found.push(`not the browser's: ${where(e)}`);
      continue;
    }
    const [ground, inner] = [behind(e.parentElement), behind(e)];
    const faces = e.querySelector("svg");
    if (faces) judge(e, "lines", rgba(getComputedStyle(faces).stroke), inner, 3);
    else if (contrast(inner, ground) < 3) {
      judge(
        e,
        "border",
        parseFloat(style.borderTopWidth) && style.borderTopStyle === "solid"
          ? rgba(style.borderTopColor)
          : [...ground, 1],
        ground,
        3,
      );
    }
    if (e.matches("input, textarea, select")) judge(e, "words", rgba(style.color), inner, 4.5);
    if (e.matches("input, textarea")) {
      const hint = getComputedStyle(e, "::placeholder");
      const [r, g, b, a] = rgba(hint.color);
      judge(e, "placeholder", [r, g, b, a * Number(hint.opacity)], inner, 4.5);
    }
    for (const option of e.querySelectorAll("option")) {
      const ground = rgba(getComputedStyle(option).backgroundColor)[3] ? behind(option) : inner;
      judge(e, "option", rgba(getComputedStyle(option).color), ground, 4.5);
    }
  }
  return { found, texts, controls };
}

/** Whether the page and its widgets are light or dark. */
const schemes = () => {
  const name = (ground) => (luminance(ground) < 0.2 ? "dark" : "light");
  return [behind(document.body), ...[...document.querySelectorAll(".cx")].map(behind)].map(name);
};

/** What can have the focus and shows no ring of our own. */
function unringed() {
  const found = [];
  for (const e of document.querySelectorAll(`${FIELDS}, .cx :is(a[href], button, summary)`)) {
    if (!e.checkVisibility() || e.closest(".cx-hp, :disabled") || e.tabIndex < 0) continue;
    e.focus({ focusVisible: true, preventScroll: true });
    const seen = e.matches(".cx-scale input") ? e.nextElementSibling : e;
    const style = getComputedStyle(seen);
    const ground = behind(seen.parentElement);
    const ok =
      style.outlineStyle === "solid" &&
      parseFloat(style.outlineWidth) >= 2 &&
      contrast(rgba(style.outlineColor), ground) >= 3;
    if (!ok)
      found.push(
        `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor} at ${where(e)}`,
      );
  }
  document.activeElement.blur();
  return found;
}

/** Widgets whose content is wider than they are, or wider than the window. */
const overflowing = () =>
  [...document.querySelectorAll(".cx")]
    .filter(
      (e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1,
    )
    .map((e) => `${e.scrollWidth} > ${e.clientWidth} ${where(e)}`);

const SET =
  "legend, label, .cx-label, h1, h2, h3, button, .cx-button, input:not([type=hidden]), textarea, select";
const COLORS = [
  "color",
  "background-color",
  "border-top-color",
  "border-bottom-color",
  "border-inline-start-color",
];
const WORDS = [
  "background-image",
  "font-weight",
  "font-style",
  "text-transform",
  "text-decoration-line",
  "text-shadow",
  "box-shadow",
  "float",
  "display",
];
const SIZES = [
  "font-size",
  "border-top-width",
  "border-bottom-width",
  "border-inline-start-width",
  "border-top-left-radius",
  "padding-top",
  "padding-inline-start",
  "padding-inline-end",
  "margin-top",
  "margin-bottom",
  "letter-spacing",
];
const LINES = ["border-top", "border-bottom", "border-inline-start"];
/** The looks that the widgets set themselves, lengths as shares of the size of their text. */
function looks() {
  const all = document.querySelectorAll(
    SET.split(", ")
      .map((one) => `.cx ${one}`)
      .join(),
  );
  return [...all]
    .filter((e) => !e.closest(".cx-hp") && !e.matches(".cx-scale input"))
    .map((e) => {
      const native = e.matches(BOXES); // painted by the browser, whatever stands in these
      const style = getComputedStyle(e);
      const size = parseFloat(getComputedStyle(e.closest(".cx")).fontSize);
      const length = (name) => {
        const px = parseFloat(style.getPropertyValue(name)) || 0;
        // Pico makes room for a sign beside what is wrong with "!important".
        if (name.startsWith("padding") && e.ariaInvalid) return 0;
        return name.includes("border") && name.endsWith("width")
          ? px
          : Math.round((px / size) * 50) / 50;
      };
      return [
        where(e),
        Object.fromEntries([
          ...(native ? [] : COLORS).map((name) => [name, style.getPropertyValue(name)]),
          ...(native ? ["appearance", "float"] : WORDS).map((name) => [
            name,
            style.getPropertyValue(name),
          ]),
          ...(native ? ["font-size", "margin-top", "margin-bottom"] : SIZES).map((name) => [
            name,
            length(name),
          ]),
          ...(native ? [] : LINES).map((name) => [
            name,
            length(`${name}-width`) ? style.getPropertyValue(`${name}-style`) : "none",
          ]),
        ]),
      ];
    });
}

/** Lay the widgets of ``documents`` (name to HTML) out, and each again answered and thanked. */
function build(documents) {
  const parser = new DOMParser();
  const main = document.querySelector("main");
  const add = (state, node) => {
    const box = document.createElement("div");
    box.dataset.state = state;
    box.append(node);
    main.append(box);
  };
  for (const [name, html] of Object.entries(documents)) {
    const parsed = parser.parseFromString(html, "text/html");
    parsed.querySelectorAll("script, link, style, template").forEach((e) => e.remove());
    const widgets = [...parsed.querySelectorAll(".cx")].filter(
      (e) => !e.parentElement.closest(".cx"),
    );
    if (!widgets.length) throw new Error(`no widget in ${name}`);
    for (const widget of widgets) {
      widget.removeAttribute("data-cx-ask"); // an NPS widget is hidden until its moment comes
      widget.querySelectorAll("[hidden]").forEach((e) => e.removeAttribute("hidden"));
      widget.querySelectorAll("input, textarea").forEach((e) => (e.placeholder = "An example"));
      const answered = widget.cloneNode(true);
      const thanked = widget.cloneNode(true);
      add(name, widget);
      if (widget.querySelector("form")) {
        answered.querySelectorAll(BOXES).forEach((e) => (e.checked = true));
        answered
          .querySelectorAll("[aria-pressed], .cx-vote button")
          .forEach((e) => e.setAttribute("aria-pressed", "true"));
        answered.querySelectorAll("details").forEach((e) => (e.open = true));
        add(`${name}, answered`, answered);
      }
      if (thanked.querySelector(".cx-thanks, .cx-status")) {
        thanked
          .querySelectorAll(".cx-thanks, .cx-status")
          .forEach((e) => e.classList.add("cx-shown"));
        add(`${name}, thanked`, thanked);
      }
    }
  }
}
/** Give the page the attributes by which a site's toggle says what it shows. */
function dress(attributes) {
  for (const name of ["class", "data-theme", "data-bs-theme", "dir"])
    document.documentElement.removeAttribute(name);
  for (const [name, value] of Object.entries(attributes))
    document.documentElement.setAttribute(name, value);
}
Object.assign(window, { build, dress, contrasts, looks, overflowing, schemes, unringed });
