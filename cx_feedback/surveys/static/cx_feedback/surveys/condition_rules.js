// Conditions on earlier answers, as condition_operators.py: cases.json is run by both.

// As fold_text: without case, compatibility forms, hidden characters and Turkish dots.
function fold(text) {
  const plain = text.replace(/\p{DI}/gu, "").normalize("NFKC");
  const small = plain.toLowerCase().toUpperCase().toLowerCase();
  return small
    .replace(/i\u0307/g, "i")
    .replace(/ς/g, "σ")
    .normalize("NFKC");
}

// Returns an answer as a list of texts and numbers that can be compared.
function listValues(answer) {
  if (answer == null || answer === "") return [];
  if (Array.isArray(answer)) return answer.flatMap(listValues);
  if (typeof answer === "number") return [answer];
  if (typeof answer !== "object") return [fold(String(answer))];
  if ("other" in answer) return [":other"];
  return listValues(Object.entries(answer).map((cell) => cell.join(":")));
}

const isText = (value) => typeof value === "string";

function contains(values, wanted) {
  const found = values.length === 1 && isText(values[0]) ? values[0] : values;
  return wanted.length > 0 && wanted.every((each) => found.includes(each));
}

function isSame(values, wanted) {
  return (
    values.length > 0 &&
    values.length === wanted.length &&
    values.every((each) => wanted.includes(each))
  );
}

const isOneOf = (values, wanted) => values.some((each) => wanted.includes(each));
const isAnswered = (values) => values.length > 0;

// Compares the first values, of the same kind.
function compareFirst(holds) {
  return ([value], [wanted]) =>
    value !== undefined &&
    wanted !== undefined &&
    isText(value) === isText(wanted) &&
    holds(value, wanted);
}

const not = (holds) => (values, wanted) => !holds(values, wanted);

const OPERATORS = {
  is: isSame,
  is_not: not(isSame),
  one_of: isOneOf,
  none_of: not(isOneOf),
  contains,
  not_contains: not(contains),
  answered: isAnswered,
  not_answered: not(isAnswered),
  first: compareFirst((value, wanted) => value === wanted),
  less: compareFirst((value, wanted) => value < wanted),
  at_most: compareFirst((value, wanted) => value <= wanted),
  greater: compareFirst((value, wanted) => value > wanted),
  at_least: compareFirst((value, wanted) => value >= wanted),
};

// Returns whether an item is shown to who has given these answers.
export function matches({ show_if: condition }, answers) {
  if (!condition?.rules.length) return true;
  const holds = ({ question, operator, value }) =>
    OPERATORS[operator](listValues(answers[question]), listValues(value));
  return condition.match === "any" ? condition.rules.some(holds) : condition.rules.every(holds);
}
