// The questions of the editor's form, read from Wagtail's blocks. New blocks have their ids before
// they are saved: Wagtail gives them one when they are inserted.

export function makeElement(name, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
}

// The block of the stream in which an element stands.
export function findBlock(element) {
  return element.closest("[data-streamfield-child]");
}

export function dispatchChange(field, types = ["change"]) {
  for (const type of types) field.dispatchEvent(new Event(type, { bubbles: true }));
}

// Returns the items of a list in a block, as [id, label]; taken away ones left out.
function listItems(block, prefix, list) {
  const getField = (selector) => block.querySelector(selector)?.value ?? "";
  return [...block.querySelectorAll(`input[name^="${prefix}-value-${list}-"][name$="-id"]`)]
    .map((id) => ({ id: id.value, item: id.name.slice(0, -"-id".length) }))
    .filter(({ item }) => getField(`[name="${item}-deleted"]`) !== "1")
    .map(({ id, item }) => [id, getField(`[name="${item}-value"], [name^="${item}-value-"]`)]);
}

function listCells(block, prefix, lists) {
  const [rows, columns] = lists.map((list) => listItems(block, prefix, list));
  return rows.flatMap(([row, rowLabel]) =>
    columns.map(([column, label]) => [`${row}:${column}`, `${rowLabel}: ${label}`]),
  );
}

// Returns {id, prefix, kind, label, answers} of the question in a block, nothing for other blocks.
// `prefix` begins the names of its fields; `answers` are those to choose from, as [value, label].
function readQuestion(block, types) {
  const id = block.querySelector("input[name$='-id']");
  const prefix = id?.name.slice(0, -"-id".length);
  const getValue = (name) => block.querySelector(`[name="${prefix}-${name}"]`)?.value ?? "";
  const type = id && types[getValue("type")];
  if (!type || getValue("deleted") === "1") return null;
  const { comparison: kind, lists } = type;
  const label = getValue("value-label") || type.label;
  if (kind === "matrix") {
    return { id: id.value, prefix, kind, label, answers: listCells(block, prefix, lists) };
  }
  const answers = lists.flatMap((list) => listItems(block, prefix, list));
  const other = getValue("value-other");
  if (other) answers.push([":other", other]);
  return { id: id.value, prefix, kind, label, answers };
}

function findStream() {
  const count = document.querySelector("[name='questions-count']");
  return count?.parentElement.querySelector("[data-streamfield-stream-container]");
}

// Returns the questions above a block, or all of the form without one.
export function listQuestionsAbove(own, types) {
  const blocks = [...((own?.parentElement ?? findStream())?.children ?? [])];
  const above = own ? blocks.slice(0, blocks.indexOf(own)) : blocks;
  return above.map((block) => readQuestion(block, types)).filter(Boolean);
}
