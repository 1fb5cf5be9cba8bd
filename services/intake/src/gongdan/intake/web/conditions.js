// Which fields of a form are shown, given what is filled in so far; the server asks the same when the form is sent.
// Source of the meaning: tests/fixtures/conditions.json, to which this and the engines of the server are held.

const TIME = /^([1-9]\d{3}-\d\d-\d\d)(?:[Tt](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?([Zz]|[+-]\d\d:\d\d))?$/;
const WIDEST_INT = 2 ** 63;

// The names of all fields that are not shown; each condition comes after those it depends on.
export function hiddenFields(conditions, answers) {
  const left = { ...answers };
  const hidden = new Set();
  for (const { field, when } of conditions) {
    if (holds(when, left)) continue;
    delete left[field];
    hidden.add(field);
  }
  return hidden;
}

export function holds(part, answers) {
  if (!part.parts) return clauseHolds(part, answers);
  const asks = (one) => holds(one, answers);
  return (part.any ? part.parts.some(asks) : part.parts.every(asks)) !== part.not;
}

function clauseHolds({ field, kind, operator, not, operands }, answers) {
  const value = FIT[kind](valueOf(answers, field));
  const compare = (kind.startsWith("list") && COMPARE_LISTS[operator]) || COMPARE[operator];
  return compare(value, operands) !== not;
}

function valueOf(answers, path) {
  const [name, part] = path.split(".");
  const found = Object.hasOwn(answers, name) ? answers[name] : null;
  if (part === undefined) return found ?? null;
  return isMap(found) && Object.hasOwn(found, part) ? found[part] : null;
}

const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const text = (value) => (typeof value === "string" ? value.replaceAll("\0", "") : null);
const any = (value) => (typeof value === "string" ? text(value) : value);
const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
const whole = (value) => (Number.isInteger(value) && value >= -WIDEST_INT && value < WIDEST_INT ? value : null);
const list = (value) => (Array.isArray(value) ? value.map(any) : []);

export function instant(value) {
  const found = typeof value === "string" ? TIME.exec(value) : null;
  if (!found) return null;
  const [, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = found;
  const written = `${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}`;
  const known = Date.parse(`${written}Z`);
  // A browser takes the 30th of February for a day in March; nobody else does.
  if (Number.isNaN(known) || new Date(known).toISOString() !== `${written}Z`) return null;
  const at = Date.parse(written + zone.toUpperCase());
  return Number.isNaN(at) ? null : at;
}

const FIT = {
  string: (value) => text(value) ?? "",
  "string?": text,
  int: (value) => whole(value) ?? 0,
  "int?": whole,
  double: (value) => number(value) ?? 0,
  "double?": number,
  bool: (value) => value === true,
  timestamp: instant,
  "timestamp?": instant,
  list,
  "list<string>": (value) => list(value).filter((one) => typeof one === "string"),
  map: (value) => (isMap(value) ? value : {}),
  dyn: any,
};

// A to Z as a to z, and no other letter.
const fold = (value) => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const part = (asks) => (value, [wanted]) => typeof value === "string" && asks(fold(value), fold(String(wanted)));
const ordered = (asks) => (value, [wanted]) => value !== null && asks(value, wanted);
const isNothing = (value) =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

const COMPARE = {
  "=": (value, [wanted]) => value === wanted,
  "<": ordered((one, other) => one < other),
  "<=": ordered((one, other) => one <= other),
  ">": ordered((one, other) => one > other),
  ">=": ordered((one, other) => one >= other),
  between: (value, [least, most]) => value !== null && least <= value && value <= most,
  in: (value, wanted) => wanted.includes(value),
  null: isNothing,
  contains: part((whole, wanted) => whole.includes(wanted)),
  beginsWith: part((whole, wanted) => whole.startsWith(wanted)),
  endsWith: part((whole, wanted) => whole.endsWith(wanted)),
};
const oneIn = (value, wanted) => value.some((one) => wanted.includes(one));
const COMPARE_LISTS = { contains: oneIn, in: oneIn };
