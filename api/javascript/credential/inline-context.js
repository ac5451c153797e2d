// The `@context` of a credential: which data model it names, and what the objects in it define
// (api/credentials/w3c/inline_context.py). Contexts that are named by URL are not fetched.

import { asList, isObject } from "./document.js";
import { detailOf, excerpt } from "./flaw.js";
import { isUrl } from "./url.js";

export const V2 = "https://www.w3.org/ns/credentials/v2";
const MODELS = new Map([[V2, "2.0"], ["https://www.w3.org/2018/credentials/v1", "1.1"]]);
const VC = "https://www.w3.org/2018/credentials#";
const UNREPEATABLE = {
  "2.0":
    "VerifiableCredential VerifiablePresentation DataIntegrityProof JsonSchema BitstringStatusList " +
    "BitstringStatusListEntry digestMultibase digestSRI mediaType ... _sd _sd_alg aud cnf exp iat iss jku kid nbf sub x5u",
  1.1:
    "VerifiableCredential VerifiablePresentation proof EcdsaSecp256k1Signature2019 EcdsaSecp256r1Signature2019 " +
    "Ed25519Signature2018 RsaSignature2018",
};
const REPEATABLE = {
  "2.0": [
    ["name", "https://schema.org/name"],
    ["description", "https://schema.org/description"],
    ["EnvelopedVerifiableCredential", `${VC}EnvelopedVerifiableCredential`],
    ["EnvelopedVerifiablePresentation", `${VC}EnvelopedVerifiablePresentation`],
    ["JsonSchemaCredential", `${VC}JsonSchemaCredential`],
    ["BitstringStatusListCredential", "https://www.w3.org/ns/credentials/status#BitstringStatusListCredential"],
  ],
  1.1: [],
};

/** @param {object} document @returns {"2.0" | "1.1" | null} the data model that the first entry of `@context` names */
export function dataModel(document) {
  const contexts = document["@context"];
  return (Array.isArray(contexts) && MODELS.get(contexts[0])) || null;
}

/** Terms that a base context defines and protects: the whole definition where it may be repeated, else null. */
function baseTerms(model) {
  const fixed = UNREPEATABLE[model].split(" ").map((term) => [term, null]);
  return new Map([["id", "@id"], ["type", "@type"], ...REPEATABLE[model], ...fixed]);
}

/** What is wrong with a `@context`, in sentences. @param {unknown} contexts @param {unknown} types @returns {string[]} */
export function contextFaults(contexts, types) {
  if (!Array.isArray(contexts) || contexts.length === 0) {
    return [`/@context is ${excerpt(contexts)}, not a list`];
  }
  const [first, ...others] = contexts;
  const model = MODELS.get(first) ?? null;
  const faults = [];
  if (model === null) {
    faults.push(detailOf("/@context/0 names no data model of the W3C", `the first is ${excerpt(first)}`));
  } else if (others.some((entry) => MODELS.has(entry) && entry !== first)) {
    faults.push("/@context names the data models 2.0 and 1.1 at once");
  }
  contexts.forEach((entry, index) => {
    if (!isObject(entry) && !isUrl(entry)) {
      faults.push(`/@context/${index} is ${excerpt(entry)}, neither a URL nor an object`);
    }
  });
  return model === null ? faults : [...faults, ...inlineFaults(contexts, model), ...undefinedTypes(contexts, model, types)];
}

function inlineFaults(contexts, model) {
  const faults = [];
  const guarded = baseTerms(model);
  contexts.forEach((entry, index) => {
    if (!isObject(entry)) {
      return;
    }
    for (const term of Object.keys(entry).filter((name) => !name.startsWith("@"))) {
      const place = `/@context/${index}/${excerpt(term)}`;
      if (guarded.has(term) && !isRepeated(guarded.get(term), entry[term])) {
        faults.push(detailOf(place, "the term is protected and cannot be defined anew"));
      }
      if (!standsForSomething(entry[term])) {
        faults.push(detailOf(place, "a term stands for a URL"));
      }
    }
    for (const term of guardedBy(entry)) {
      if (!guarded.has(term)) {
        guarded.set(term, plain(entry[term]));
      }
    }
  });
  return faults;
}

function isRepeated(definition, found) {
  return definition !== null && JSON.stringify(definition) === JSON.stringify(plain(found));
}

function guardedBy(context) {
  const whole = context["@protected"] === true;
  return Object.keys(context).filter((term) => {
    const own = isObject(context[term]) ? context[term]["@protected"] ?? whole : whole;
    return own === true && !term.startsWith("@");
  });
}

function plain(definition) {
  const saysOnlyUrl =
    isObject(definition) && Object.keys(definition).every((name) => name === "@id" || name === "@protected");
  return saysOnlyUrl ? definition["@id"] ?? null : definition;
}

function standsForSomething(definition) {
  const iri = isObject(definition) ? definition["@id"] ?? null : definition;
  return iri === null || (typeof iri === "string" && iri !== "" && isPrintable(iri) && !iri.includes(" "));
}

/** As Python's `str.isprintable`. */
export function isPrintable(text) {
  return !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text);
}

function undefinedTypes(contexts, model, types) {
  const others = contexts.slice(1);
  if (others.some((entry) => typeof entry === "string")) {
    return [];
  }
  const known = new Set(baseTerms(model).keys());
  for (const entry of others.filter(isObject)) {
    if (("@vocab" in entry || "@import" in entry) && entry["@vocab"] !== null) {
      return [];
    }
    Object.keys(entry).forEach((term) => known.add(term));
  }
  return asList(types)
    .filter((name) => typeof name === "string" && name && !name.includes(":") && !known.has(name))
    .map((name) => detailOf("/type", `no context defines ${excerpt(name)}`));
}
