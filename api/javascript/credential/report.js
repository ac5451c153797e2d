// The report on a credential: four answers, one sentence for the whole, and a next step for whatever is not valid. Rules
// of api/verifier/credential/questions.py, sentences.py, requirements.py and standing.py; the form is that of `report.py`
// in JSON, which a node gives as well.

import { secondText } from "./dates.js";
import { excerpt, Flaw, MAX_NAME_EXCERPT, shortened } from "./flaw.js";
import { judge } from "./judge.js";
import { check, outcomeOf, together } from "./proofs.js";
import { REASONS } from "./reasons.js";

/** The shipped policies (api/verifier/credential/policies). */
export const POLICIES = {
  employer: { name: "employer", mustBeValid: ["issuer"], maxAgeDays: null },
  admissions: { name: "admissions", mustBeValid: ["issuer", "schema", "anchor"], maxAgeDays: null },
  "professional-development": { name: "professional-development", mustBeValid: [], maxAgeDays: 1_096 },
};
const DAY_MS = 86_400_000;
const ALWAYS = ["form", "signature", "key", "dates", "status", "policy"];
const QUESTIONS = [
  ["real", "Is it real?"],
  ["still-good", "Is it still good?"],
  ["behind-it", "Who stands behind it?"],
  ["counts-here", "What does it count for here?"],
];
const QUESTION_OF = {
  form: "real",
  signature: "real",
  key: "real",
  "other-proof": "real",
  schema: "real",
  dates: "still-good",
  status: "still-good",
  issuer: "behind-it",
  anchor: "behind-it",
  names: "behind-it",
  holder: "counts-here",
  policy: "counts-here",
};
const NOT_SHOWN = "Not shown: nothing that it says can be believed.";
const BEGINNINGS = { valid: "Yes.", invalid: "No.", indeterminate: "Not known." };

/** @returns {Promise<object>} the report as JSON, `evidence` as it is given */
export async function reportOf(secured, facts, policy, nowMs, structure, evidence) {
  const { checks: judged, covered, verdicts } = await judge(secured, facts, nowMs, structure);
  const asOfMs = facts.asOfMs || null;
  if (isSignedWrongly(judged)) {
    return { ...ofNothingBelieved(judged.filter(isAboutProofs), policy), proofs: verdicts, asOfMs, evidence };
  }
  const standing = standingOf(covered, facts);
  const checks = [...judged, ...further(covered, facts, policy, standing, nowMs)];
  const decisive = counting(policy, checks);
  const namesStatus = checks.some(({ aspect }) => aspect === "status");
  const said = { covered, namesStatus, standing, asOfMs, policy: policy.name };
  const questions = QUESTIONS.map(([question, words]) => answered(question, words, checks, decisive, said));
  return {
    id: covered.id,
    outcome: together(decisive),
    sentence: whole(questions, decisive, said),
    policy: policy.name,
    questions,
    asOfMs,
    anchoredMs: null,
    checks: checks.map(checkDocument),
    proofs: verdicts,
    names: namesDocument(covered.names, standing),
    evidence,
  };
}

/** The report on something that could not be read as a credential. @param {Flaw} flaw */
export function reportOfUnreadable(flaw, policy) {
  return ofNothingBelieved([check("signature", flaw.reason, flaw.detail)], policy);
}

function ofNothingBelieved(checks, policy) {
  const outcome = together(checks);
  const sentence = doNotAccept(deciding(checks.filter(({ reason }) => reason)), outcome);
  const questions = QUESTIONS.map(([question, words]) =>
    question === "real"
      ? { question, words, outcome, sentence }
      : { question, words, outcome: null, sentence: NOT_SHOWN },
  );
  const nothing = { id: null, asOfMs: null, anchoredMs: null, names: null, proofs: [], evidence: [] };
  return { ...nothing, outcome, sentence, policy: policy.name, questions, checks: checks.map(checkDocument) };
}

function isSignedWrongly(checks) {
  return checks.some(
    (each) => each.reason === "other-issuer" || (each.aspect === "signature" && outcomeOf(each) === "invalid"),
  );
}

function isAboutProofs({ aspect, reason }) {
  return reason === "other-issuer" || aspect === "signature" || aspect === "other-proof";
}

function questionOf({ aspect, reason }) {
  return reason === "other-issuer" ? "real" : QUESTION_OF[aspect];
}

function checkDocument(found) {
  const { sentence = null, remedy = null } = found.reason === null ? {} : REASONS[found.reason];
  const { aspect, reason, detail } = found;
  return { question: questionOf(found), aspect, outcome: outcomeOf(found), reason, sentence, detail, remedy };
}

/** The member that answers for the issuer, by the registry alone; null where it does not say. */
function standingOf({ issuer }, { identities, members }) {
  const record = identities.get(issuer);
  const member = record?.type === "record" ? members.get(record.sponsor) : undefined;
  return member === undefined ? null : { ...member, member: record.sponsor, isIssuer: record.sponsor === issuer };
}

function further(claims, facts, policy, standing, nowMs) {
  const unasked = claims.schemas.filter((schema) => !(schema instanceof Flaw) && !facts.schemas.has(schema.url));
  const holder = claims.holders[0];
  const told = holder === undefined ? "it names nobody by an id" : `it is about ${excerpt(holder, 130)}`;
  return [
    ...unasked.map(({ url }) => check("schema", "schema-unreachable", `${shortened(url, 130)}: not looked up`)),
    ...namesChecks(claims, standing),
    check("holder", "holder-unproved", told),
    ...policyChecks(claims, policy, nowMs),
  ];
}

function namesChecks({ names }, standing) {
  if (standing === null || !names.issuer) {
    return [];
  }
  const isOfficial = standing.names.map(folded).includes(folded(names.issuer));
  const told = `the credential says ${excerpt(names.issuer)}, the registry ${excerpt(standing.name)}`;
  return [isOfficial ? check("names", null, standing.name) : check("names", "names-differ", told)];
}

function folded(name) {
  return name.normalize("NFKC").toUpperCase().toLowerCase().split(/\s+/).filter((part) => part).join(" ");
}

function policyChecks({ period }, { name, mustBeValid, maxAgeDays }, nowMs) {
  const unmet = mustBeValid.includes("anchor") ? [check("policy", "not-anchored")] : [];
  if (maxAgeDays !== null) {
    const begins = period.begins.map(({ timeMs }) => timeMs);
    const ageMs = nowMs - Math.max(...begins);
    if (begins.length === 0) {
      unmet.push(check("policy", "undated"));
    } else if (ageMs > maxAgeDays * DAY_MS) {
      unmet.push(check("policy", "too-old", `${Math.floor(ageMs / DAY_MS)} days, and at most ${maxAgeDays} are taken`));
    }
  }
  return unmet.length > 0 ? unmet : [check("policy", null, name)];
}

function counting(policy, checks) {
  const isVerified = checks.some(({ aspect }) => aspect === "signature");
  return checks.filter((found) => {
    if (found.aspect === "other-proof") {
      return false;
    }
    const isAsked = ALWAYS.includes(found.aspect) || policy.mustBeValid.includes(found.aspect);
    return outcomeOf(found) === "invalid" || isAsked || (found.aspect === "issuer" && !isVerified);
  });
}

/** The checks that answer one of the first three questions. */
function weighty(question, checks) {
  const own = checks.filter((found) => questionOf(found) === question);
  if (question === "real" && !checks.some(({ aspect }) => aspect === "signature")) {
    own.push(...checks.filter(({ aspect, reason }) => reason && (aspect === "issuer" || aspect === "key")));
  }
  if (question === "behind-it") {
    own.push(...checks.filter(({ aspect, reason }) => aspect === "signature" && reason)); // anybody can write a name
  }
  return own.filter((found) => {
    const isOnlyIfInvalid = found.aspect === "schema" || found.aspect === "names";
    return found.aspect !== "other-proof" && !(isOnlyIfInvalid && outcomeOf(found) === "indeterminate");
  });
}

function deciding(checks) {
  const outcome = together(checks);
  return checks.find((found) => found.reason && outcomeOf(found) === outcome) ?? null;
}

function answered(question, words, checks, decisive, said) {
  const ofQuestion = question === "counts-here" ? decisive : weighty(question, checks);
  return { question, words, outcome: together(ofQuestion), sentence: answer(question, ofQuestion, said) };
}

function answer(question, checks, said) {
  const first = deciding(checks);
  if (question === "counts-here") {
    return counts(first, together(checks), said.policy);
  }
  if (checks.length === 0) {
    return "Not known. It names no issuer.";
  }
  if (first !== null) {
    return `${BEGINNINGS[outcomeOf(first)]} ${REASONS[first.reason].sentence}`;
  }
  switch (question) {
    case "real":
      return "Yes. It is whole, and as its issuer signed it.";
    case "still-good":
      return `Yes. ${stillGood(said)}`;
    default:
      return `${who(said)}.`;
  }
}

function counts(first, outcome, policy) {
  const named = `the policy ${excerpt(policy)}`;
  if (first === null) {
    return `Under ${named} it counts.`;
  }
  const verdict = outcome === "invalid" ? "it does not count" : "it stays open whether it counts";
  return `Under ${named} ${verdict}: ${clause(first)}.`;
}

function doNotAccept(first, outcome) {
  const reason = first === null ? "it has no proof" : clause(first);
  return outcome === "invalid" ? `Do not accept it: ${reason}.` : `It could not be checked: ${reason}.`;
}

/** A sentence within another one. */
function clause({ reason }) {
  const { sentence } = REASONS[reason];
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
}

function whole(questions, decisive, said) {
  const first = deciding(decisive);
  const found = foundToBe(questions, said);
  const policy = `the policy ${excerpt(said.policy)}`;
  if (first === null) {
    return `${found} Under ${policy} it counts.`;
  }
  const isInvalid = together(decisive) === "invalid";
  const told = isInvalid ? `It does not count under ${policy}` : `Whether it counts under ${policy} stays open`;
  return `${found} ${told}: ${clause(first)}.`.trimStart();
}

function foundToBe(questions, said) {
  const isYes = (name) => questions.find(({ question }) => question === name).outcome === "valid";
  if (!isYes("real")) {
    return "";
  }
  const parts = ["It is real"];
  if (isYes("still-good")) {
    parts.push(said.namesStatus ? "still good" : "within its dates");
  }
  if (isYes("behind-it")) {
    parts.push(`${said.standing?.name ?? shortened(said.covered.issuer ?? "nobody", MAX_NAME_EXCERPT)} stands behind it`);
  }
  const last = parts.pop();
  return parts.length === 0 ? `${last}.` : `${parts.join(", ")} and ${last}.`;
}

function stillGood({ namesStatus, asOfMs }) {
  const asOf = asOfMs === null ? "" : `, as of ${secondText(asOfMs)}`;
  const status =
    namesStatus
      ? `No list that it names says otherwise${asOf}.`
      : "It names no status list, so nobody can say whether it was revoked.";
  return `It is within its dates, which are what the issuer says. ${status}`;
}

function who({ covered, standing }) {
  const issuer = shortened(covered.issuer ?? "nobody", MAX_NAME_EXCERPT);
  if (standing === null) {
    return `${issuer}, as the registry holds it`;
  }
  const named = `${standing.name} (${standing.country})`;
  const ended = standing.hasEnded ? ", whose membership has ended" : "";
  return `${standing.isIssuer ? named : `${issuer}, for which ${named} answers`}${ended}, as the registry records it`;
}

function namesDocument({ issuer, achievement, subject, kind }, standing) {
  const registered = standing === null ? null : { member: standing.member, name: standing.name, country: standing.country };
  return { issuer: issuer || null, achievement: achievement || null, subject: subject || null, kind: kind || null, registered };
}
