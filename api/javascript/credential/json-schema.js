// Whether a document conforms to a JSON Schema (2020-12), for the keywords that schemas of credentials use. Where a
// schema holds anything else, or takes too much work, that is said (`UnsupportedSchema`): it is never passed over.

import { canonicalText, isObject } from "./document.js";

const DRAFTS = /^https:\/\/json-schema\.org\/draft\/(2020-12|2019-09)\/schema#?$/;
const MOST_STEPS = 200_000;
const DEEPEST = 200;
const SAYS_NOTHING = new Set(
  "$schema $id $comment $defs title description examples default deprecated readOnly writeOnly".split(" "),
);
const BESIDE_OTHERS = new Set(["then", "else", "minContains", "maxContains"]);
const LISTS = new Set(["required", "enum", "allOf", "anyOf", "oneOf", "prefixItems"]);
const OBJECTS = new Set(["properties", "patternProperties", "$defs"]);
const NUMBERS = /^(min|max)/;
const FORMATS = {
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text),
  "date-time": (text) => /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(text) && isDay(text),
  uri: (text) => /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"\\^`{|}]*$/.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
};

/** The schema cannot be judged by here; that says nothing about the document. */
export class UnsupportedSchema extends Error {}

/**
 * @param {object} schema  as `load` gives it
 * @param {object} document
 * @param {string} start  where in the schema to begin, such as `#/$defs/Profile`
 * @returns {string[]} what is wrong, each with its place; empty where it conforms
 * @throws {UnsupportedSchema}
 */
export function violations(schema, document, start = "#") {
  if (!DRAFTS.test(schema.$schema ?? "")) {
    throw new UnsupportedSchema("its draft is not supported");
  }
  return new Judging(schema).of({ $ref: start }, document, "");
}

class Judging {
  constructor(root) {
    this.root = root;
    this.steps = 0;
    this.depth = 0;
  }

  of(schema, value, place) {
    if (++this.steps > MOST_STEPS || this.depth >= DEEPEST) {
      throw new UnsupportedSchema("judging by it takes too much work");
    }
    if (typeof schema === "boolean") {
      return schema ? [] : [`${place} may not be there`];
    }
    requireShape(schema);
    this.depth++;
    const found = Object.keys(schema).flatMap((keyword) => this.keyword(keyword, schema, value, place));
    this.depth--;
    return found;
  }

  keyword(keyword, schema, value, place) {
    if (SAYS_NOTHING.has(keyword) || BESIDE_OTHERS.has(keyword)) {
      return [];
    }
    const judge = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
    if (judge === undefined) {
      throw new UnsupportedSchema(`the keyword ${keyword.slice(0, 40)} is not known here`);
    }
    const found = judge.call(this, schema[keyword], value, place, schema);
    return typeof found === "boolean" ? (found ? [] : [`${place || "the whole"} breaks the rule ${keyword}`]) : found;
  }

  conforms(schema, value, place) {
    return this.of(schema, value, place).length === 0;
  }

  at(pointer) {
    if (typeof pointer !== "string" || !pointer.startsWith("#")) {
      throw new UnsupportedSchema("it refers to something outside of itself");
    }
    const steps = pointer === "#" ? [] : pointer.slice(2).split("/");
    const found = steps.reduce((inner, step) => inner?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], this.root);
    if (found === undefined) {
      throw new UnsupportedSchema("it refers to what it does not hold");
    }
    return found;
  }
}

function requireShape(schema) {
  const isRight = (name) => {
    const value = schema[name];
    return (
      (!LISTS.has(name) || Array.isArray(value)) &&
      (!OBJECTS.has(name) || isObject(value)) &&
      (!NUMBERS.test(name) || typeof value === "number")
    );
  };
  if (!isObject(schema) || !Object.keys(schema).every(isRight)) {
    throw new UnsupportedSchema("it is no JSON Schema");
  }
}

const KEYWORDS = {
  $ref(pointer, value, place) {
    return this.of(this.at(pointer), value, place);
  },
  type(names, value) {
    return [names].flat().some((name) => isOfType(name, value));
  },
  const(wanted, value) {
    return canonicalText(wanted) === canonicalText(value);
  },
  enum(wanted, value) {
    return wanted.some((each) => canonicalText(each) === canonicalText(value));
  },
  required(names, value, place) {
    return isObject(value) ? names.filter((name) => !(name in value)).map((name) => `${place}/${name} is missing`) : [];
  },
  properties(schemas, value, place) {
    const names = isObject(value) ? Object.keys(schemas).filter((name) => name in value) : [];
    return names.flatMap((name) => this.of(schemas[name], value[name], `${place}/${name}`));
  },
  additionalProperties(schema, value, place, { properties = {}, patternProperties = {} }) {
    const patterns = Object.keys(patternProperties).map(expression);
    const isListed = (name) => name in properties || patterns.some((pattern) => pattern.test(name));
    const names = isObject(value) ? Object.keys(value).filter((name) => !isListed(name)) : [];
    return names.flatMap((name) => this.of(schema, value[name], `${place}/${name}`));
  },
  items(schema, value, place, { prefixItems = [] }) {
    const items = Array.isArray(value) ? value.slice(prefixItems.length) : [];
    return items.flatMap((item, index) => this.of(schema, item, `${place}/${index + prefixItems.length}`));
  },
  prefixItems(schemas, value, place) {
    const items = Array.isArray(value) ? value.slice(0, schemas.length) : [];
    return items.flatMap((item, index) => this.of(schemas[index], item, `${place}/${index}`));
  },
  contains(schema, value, place, { minContains = 1, maxContains = Infinity }) {
    if (!Array.isArray(value)) {
      return true;
    }
    const count = value.filter((item) => this.conforms(schema, item, place)).length;
    return count >= minContains && count <= maxContains;
  },
  allOf(schemas, value, place) {
    return schemas.flatMap((schema) => this.of(schema, value, place));
  },
  anyOf(schemas, value, place) {
    return schemas.some((schema) => this.conforms(schema, value, place));
  },
  oneOf(schemas, value, place) {
    return schemas.filter((schema) => this.conforms(schema, value, place)).length === 1;
  },
  not(schema, value, place) {
    return !this.conforms(schema, value, place);
  },
  if(schema, value, place, whole) {
    const branch = this.conforms(schema, value, place) ? whole.then : whole.else;
    return branch === undefined ? [] : this.of(branch, value, place);
  },
  minItems: (least, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most, value) => !Array.isArray(value) || value.length <= most,
  minLength: (least, value) => typeof value !== "string" || Array.from(value).length >= least,
  maxLength: (most, value) => typeof value !== "string" || Array.from(value).length <= most,
  minimum: (least, value) => typeof value !== "number" || value >= least,
  maximum: (most, value) => typeof value !== "number" || value <= most,
  pattern: (pattern, value) => typeof value !== "string" || expression(pattern).test(value),
  format(name, value) {
    if (typeof name !== "string" || !Object.hasOwn(FORMATS, name)) {
      throw new UnsupportedSchema(`the format ${String(name).slice(0, 40)} is not known here`);
    }
    return typeof value !== "string" || FORMATS[name](value);
  },
};

/** Nested repetitions take exponential time in this engine, so that they are refused. */
function expression(pattern) {
  if (typeof pattern !== "string" || pattern.length > 512 || /[*+}]\)?[*+{]|\([^)]*[*+][^)]*\)[*+{]|\\[1-9]/.test(pattern)) {
    throw new UnsupportedSchema("a pattern in it may take too much work");
  }
  try {
    return new RegExp(pattern, "u");
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UnsupportedSchema("a pattern in it cannot be read here");
    }
    throw error;
  }
}

function isOfType(name, value) {
  switch (name) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    default:
      return typeof value === name;
  }
}

function isDay(text) {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}
