// The form of a credential by the W3C data model, 2.0 and 1.1: rules M1 to M12 of api/credentials/w3c/data_model.py.

import { asList, eachWithPlace, isObject } from "./document.js";
import { excerpt, Flaw } from "./flaw.js";
import { contextFaults, dataModel, isPrintable, V2 } from "./inline-context.js";
import { isUrl } from "./url.js";

const TYPED = "credentialStatus credentialSchema termsOfUse evidence refreshService renderMethod confidenceMethod".split(" ");
const ONLY_IN_2 = ["renderMethod", "confidenceMethod"];
const WITH_ID = { "2.0": ["credentialSchema"], 1.1: ["credentialSchema", "credentialStatus", "refreshService"] };
const BADGE_CONTEXTS = "https://purl.imsglobal.org/spec/ob/v3p0/";
const DEFINITIONS = new Map([
  ["OpenBadgeCredential", "AchievementCredential"],
  ["AchievementCredential", "AchievementCredential"],
  ["EndorsementCredential", "EndorsementCredential"],
  ["ClrCredential", "ClrCredential"],
]);

/** @returns {string | null} the URL of the issuer that a document names (M4) */
export function issuerOf(document) {
  const found = issuerAsWritten(document);
  return isUrl(found) ? found : null;
}

function issuerAsWritten(document) {
  return isObject(document.issuer) ? document.issuer.id : document.issuer;
}

/**
 * What keeps a document from having the form of a credential, in the order of its members.
 * @param {object} document
 * @param {(name: string, document: object) => string[]} structure  where it falls short of a definition of Open Badges
 * @returns {Flaw[]}
 */
export function formFlaws(document, structure) {
  const model = dataModel(document) ?? "2.0";
  const typed = TYPED.filter((name) => model === "2.0" || !ONLY_IN_2.includes(name));
  return [
    ...contextFaults(document["@context"], document.type).map((told) => new Flaw("context", told)),
    ...ownType(document),
    ...id(document, ""),
    ...issuer(document),
    ...subjects(document, model),
    ...typed.flatMap((name) => typedMember(document, name, "", WITH_ID[model].includes(name))),
    ...proofs(document),
    ...ofVersion(document, model),
    ...structureFlaws(document, structure),
  ];
}

function ofVersion(document, model) {
  if (model === "2.0") {
    return [...languageValues(document, ""), ...relatedResources(document)];
  }
  return "issuanceDate" in document ? [] : [member("/issuanceDate", "is missing")];
}

function member(place, fault) {
  return new Flaw("member", `${place} ${fault}`);
}

function ownType(document) {
  if (!("type" in document)) {
    return [new Flaw("type", "/type is missing")];
  }
  if (!asList(document.type).includes("VerifiableCredential")) {
    return [new Flaw("type", `/type is ${asList(document.type).slice(0, 3).map((name) => excerpt(name)).join(", ")}`)];
  }
  return types(document, "");
}

function types(holder, place) {
  if (!("type" in holder)) {
    return [member(`${place}/type`, "is missing")];
  }
  const named = asList(holder.type);
  return named.length > 0 && named.every(isType) ? [] : [member(`${place}/type`, "is not a type: a term or a URL")];
}

function isType(found) {
  if (typeof found !== "string" || !isPrintable(found) || found.startsWith("@")) {
    return false;
  }
  return isUrl(found) || (found !== "" && !found.includes(":") && !found.includes(" "));
}

function id(holder, place, isNeeded = false) {
  if ("id" in holder) {
    return isUrl(holder.id) ? [] : [member(`${place}/id`, `is not one absolute URL: ${excerpt(holder.id)}`)];
  }
  return isNeeded ? [member(`${place}/id`, "is missing")] : [];
}

function issuer(document) {
  const flaws = [];
  if (issuerOf(document) === null) {
    flaws.push(new Flaw("issuer-unnamed", `/issuer is ${excerpt(issuerAsWritten(document))}`));
  }
  const hasNames = isObject(document.issuer) && dataModel(document) === "2.0";
  return hasNames ? [...flaws, ...languageValues(document.issuer, "/issuer")] : flaws;
}

function subjects(document, model) {
  const named = document.credentialSubject;
  if (!("credentialSubject" in document) || (Array.isArray(named) && named.length === 0)) {
    return [new Flaw("subject", "/credentialSubject is missing or an empty list")];
  }
  return eachWithPlace(named, "/credentialSubject").flatMap(([place, subject]) => {
    if (!isObject(subject) || Object.keys(subject).length === 0) {
      return [new Flaw("subject", `${place} is not an object with members`)];
    }
    return [...id(subject, place), ...(model === "2.0" ? typedMember(subject, "confidenceMethod", place) : [])];
  });
}

function typedMember(holder, name, outer, needsId = false) {
  if (!(name in holder)) {
    return [];
  }
  return eachWithPlace(holder[name], `${outer}/${name}`).flatMap(([place, found]) =>
    isObject(found) ? [...types(found, place), ...id(found, place, needsId)] : [member(place, "is not an object")],
  );
}

function proofs(document) {
  const wrong = eachWithPlace(document.proof ?? [], "/proof").filter(
    ([, proof]) => isObject(proof) && "verificationMethod" in proof && !isMethod(proof.verificationMethod),
  );
  const named = wrong.map(([place]) => member(`${place}/verificationMethod`, "is not one absolute URL"));
  return [...typedMember(document, "proof", ""), ...named];
}

function isMethod(method) {
  return isUrl(method) || (typeof method === "string" && method.startsWith("#") && isUrl(`urn:x:${method.slice(1)}`));
}

function languageValues(holder, place) {
  return ["name", "description"]
    .filter((name) => name in holder)
    .flatMap((name) => eachWithPlace(holder[name], `${place}/${name}`))
    .filter(([, found]) => typeof found !== "string" && !isLanguageValue(found))
    .map(([where]) => member(where, "is not a text, nor an object of @value, @language and @direction alone"));
}

function isLanguageValue(found) {
  const permitted = ["@value", "@language", "@direction"];
  return (
    isObject(found) &&
    Object.keys(found).every((name) => permitted.includes(name)) &&
    typeof found["@value"] === "string" &&
    (!("@language" in found) || isLanguage(found["@language"])) &&
    (!("@direction" in found) || ["ltr", "rtl"].includes(found["@direction"]))
  );
}

function isLanguage(found) {
  return typeof found === "string" && /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(found);
}

function relatedResources(document) {
  const seen = new Set();
  return eachWithPlace(document.relatedResource ?? [], "/relatedResource").flatMap(([place, found]) => {
    if (!isObject(found)) {
      return [member(place, "is not an object")];
    }
    const flaws = id(found, place, true);
    if (typeof found.id === "string" && seen.has(found.id)) {
      flaws.push(member(`${place}/id`, "is there twice"));
    }
    seen.add(found.id);
    return [...flaws, ...digests(found, place)];
  });
}

function digests(resource, place) {
  const names = ["digestSRI", "digestMultibase"].filter((name) => name in resource);
  if (names.length === 0) {
    return [member(place, "has neither digestSRI nor digestMultibase")];
  }
  return names
    .filter((name) => !(name === "digestSRI" ? isSri : isMultibase)(resource[name]))
    .map((name) => member(`${place}/${name}`, "is not a digest"));
}

function isSri(text) {
  return typeof text === "string" && /^\s*(sha(256|384|512)-[!->@-~]+(\?\S*)?\s*)+$/.test(text);
}

function isMultibase(text) {
  return typeof text === "string" && /^[!-~]{2,}$/.test(text);
}

/** M12. */
function structureFlaws(document, structure) {
  const named = asList(document.type).filter((name) => DEFINITIONS.has(name)).map((name) => DEFINITIONS.get(name));
  const names = [...new Set(named)];
  const flaws = names.flatMap((name) => structure(name, document)).map((told) => new Flaw("member", told));
  if (names.length > 0 && asList(document["@context"]).includes(V2) && !("validFrom" in document)) {
    flaws.push(member("/validFrom", "is missing"));
  }
  const isCredential = asList(document.type).includes("VerifiableCredential");
  if (names.length === 0 && isCredential && isAboutAchievement(document)) {
    flaws.push(new Flaw("type", "/type names neither AchievementCredential nor OpenBadgeCredential"));
  }
  return flaws;
}

function isAboutAchievement(document) {
  const isBadge = asList(document["@context"]).some((name) => typeof name === "string" && name.startsWith(BADGE_CONTEXTS));
  const subjects = asList(document.credentialSubject).filter(isObject);
  return isBadge && subjects.some((subject) => asList(subject.type).includes("AchievementSubject"));
}
