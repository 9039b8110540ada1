// As much of a page as the scripts under test use: forms, a store, a document, answers.
import { make } from "./fake_elements.js";

export { make };

// A form as the rooms render it, with the lines that drafts need.
export function makeForm({ api = "/api/", ...attributes } = {}, ...fields) {
  return make(
    "form",
    { id: "f", "data-cx-api": api, ...attributes },
    ...fields,
    make("input", { type: "hidden", name: "page", value: "12" }),
    make("input", { type: "hidden", name: "lang", value: "en" }),
    make("p", { "data-cx-kept": "" }),
    make("p", { "data-cx-unsent": "Not sent yet." }),
  );
}

export function makeStore({ isForbidden = false } = {}) {
  return new Proxy(
    {},
    {
      get(target, key) {
        if (isForbidden) throw new Error("forbidden");
        return target[key];
      },
      set(target, key, value) {
        if (isForbidden) throw new Error("forbidden");
        target[key] = String(value);
        return true;
      },
    },
  );
}

// Makes the globals of a page with these forms in a box that has thanks.
export function openPage(...forms) {
  const thanks = make("div", { class: "cx-thanks" });
  make("section", { class: "cx" }, ...forms, thanks);
  globalThis.localStorage = makeStore();
  globalThis.document = Object.assign(new EventTarget(), {
    forms,
    cookie: "",
    cx: true,
    createElement: (tag) => make(tag),
    getElementById: (id) => forms.map((each) => each.closest(".cx").querySelector(`#${id}`))[0],
    querySelector: () => null,
    documentElement: { lang: "es" },
  });
  const properties = { value: {}, configurable: true, writable: true };
  Object.defineProperty(globalThis, "navigator", properties);
  globalThis.addEventListener = () => {};
  globalThis.history = {
    state: null,
    replaceState(state) {
      this.state = state;
    },
  };
  return { thanks };
}

// Answers requests in turn; an answer is a status and a body, or nothing for no connection.
export function answerWith(...answers) {
  const requests = [];
  globalThis.fetch = async (url, options = {}) => {
    requests.push({ url, ...options, body: options.body && JSON.parse(options.body) });
    const answer = answers.shift();
    if (!answer) throw new TypeError("no connection");
    const [status, body, headers = {}] = answer;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return new Response(status === 204 ? null : text, {
      status,
      headers: { "Content-Type": "application/json", ...headers },
    });
  };
  return requests;
}
