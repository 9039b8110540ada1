// Earlier answers in later texts: "{{ name }}" or "{{ name|words without an answer }}".
const PLACE = /(,? ?){{\s*([a-z]\w*)\s*(?:\|([^{}]*))?}}/g;

// Without an answer, the comma and the space before it go too.
export function insertAnswers(text, answers) {
  return text.replace(PLACE, (_whole, before, name, otherwise) => {
    const words = answers[name] || otherwise?.trim();
    return words ? before + words : "";
  });
}

export function findPlaces(field) {
  const found = [];
  const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: node } = walker;
    if (node.data.includes("{{")) found.push({ node, text: node.data });
  }
  return found;
}
