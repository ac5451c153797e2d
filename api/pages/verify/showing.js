// Showing a report: the one sentence, the four questions, evidence on demand, and what to do next.

import { element, icon } from "./elements.js";

const HEADINGS = {
  valid: "It holds",
  invalid: "Do not accept it",
  indeterminate: "Not known for certain",
};
const WORDS = {
  valid: "Yes",
  invalid: "No",
  indeterminate: "Not known",
  hidden: "Not shown",
  conditional: "Only if it is real",
};
const ASPECTS = {
  form: "Its form",
  schema: "Its schema",
  signature: "Its signature",
  issuer: "Its issuer",
  key: "The issuer's key",
  anchor: "Since when it exists",
  dates: "Its dates",
  status: "Its status",
  holder: "Who presents it",
  names: "Names",
  policy: "What is asked for here",
  "other-proof": "Another proof",
};
const LOOKED_UP = {
  "did-record": "The issuer's keys",
  "member-record": "Who answers for the issuer",
  "status-list": "A whole status list",
  "did-document": "A DID document",
  schema: "A schema",
  anchor: "An anchor",
};

/** @param {object} report  of report.js, or of a node @param {string} by  who checked @param {number} number  from 1 */
export function shownReport(report, by, number) {
  return element(
    "article",
    { class: "one", "data-outcome": report.outcome, "aria-label": `Report ${number}` },
    verdictOf(report, number),
    ...namesOf(report),
    element("ol", { class: "questions" }, ...report.questions.map((question) => questionOf(question, report))),
    element("p", { class: "by" }, by),
    ...evidenceOf(report),
  );
}

function verdictOf({ outcome, sentence }, number) {
  return element(
    "div",
    { class: `verdict ${outcome}` },
    icon(outcome, "", 40),
    element("div", {}, element("h2", { id: number === 1 ? "verdict" : null }, HEADINGS[outcome]), element("p", {}, withoutHeading(sentence))),
  );
}

/** What the heading says already is not said twice. */
function withoutHeading(sentence) {
  const [, rest] = /^(?:Do not accept it|It could not be checked): ([^]*)$/.exec(sentence) ?? [];
  return rest === undefined ? sentence : rest.slice(0, 1).toUpperCase() + rest.slice(1);
}

/** No tick stands beside what counts only if it is real, before it is known to be. */
function shownAs({ question, outcome }, [real]) {
  if (outcome === null) {
    return "hidden";
  }
  return question !== "real" && outcome === "valid" && real.outcome !== "valid" ? "conditional" : outcome;
}

function questionOf(answered, { checks, questions }) {
  const { question, words, sentence } = answered;
  const shown = shownAs(answered, questions);
  const own = checks.filter((check) => check.question === question);
  return element(
    "li",
    { "data-question": question, "data-outcome": shown },
    icon(shown === "conditional" ? "hidden" : shown, `${WORDS[shown]}:`),
    element(
      "div",
      {},
      element("h2", {}, words),
      element("p", { class: "said" }, ...saidIn(sentence, shown)),
      ...nextSteps(own, isDecidedHere(shown, own)),
      ...checksOf(own),
    ),
  );
}

/** A sentence whose first words, yes, no or not known, stand out. */
function saidIn(sentence, shown) {
  const [, first, rest] = /^(Yes\.|No\.|Not known\.|Not shown:)?([^]*)$/.exec(sentence);
  if (shown === "conditional") {
    return [element("strong", { class: "word-hidden" }, "If it is real:"), first === "Yes." ? rest : ` ${sentence}`];
  }
  return [...(first ? [element("strong", { class: `word-${shown}` }, first)] : []), rest];
}

/** Whether what is wrong is among a question's own checks; that nobody proved to be the holder decides nothing by itself. */
function isDecidedHere(shown, checks) {
  return ["invalid", "indeterminate"].includes(shown) && checks.some(({ aspect, reason }) => reason && aspect !== "holder");
}

/** What to do about each check that is not green, each step once. */
function nextSteps(checks, isNeeded) {
  const steps = [...new Set(checks.map(({ remedy }) => remedy).filter((remedy) => remedy))];
  const shown = steps.map((step) => element("span", {}, step));
  const label = isNeeded ? "What to do next" : "If you need to know more";
  return shown.length === 0 ? [] : [element("p", { class: "next" }, element("strong", {}, label), ...shown)];
}

function checksOf(checks) {
  if (checks.length === 0) {
    return [];
  }
  const count = checks.length === 1 ? "The check" : `The ${checks.length} checks`;
  return [element("details", {}, element("summary", {}, `${count} behind this`), element("ul", { class: "checks" }, ...checks.map(checkOf)))];
}

function checkOf({ aspect, outcome, reason, sentence, detail }) {
  const told = outcome === "valid" ? "in order" : sentence;
  return element(
    "li",
    {},
    icon(outcome, `${WORDS[outcome]}:`, 16),
    " ",
    element("span", { class: `word word-${outcome}` }, ASPECTS[aspect] ?? aspect),
    `: ${told}`,
    ...(detail || reason ? [element("span", { class: "detail" }, [detail, reason ? `(${reason})` : ""].filter((part) => part).join(" "))] : []),
  );
}

function namesOf({ names, questions }) {
  if (names === null) {
    return [];
  }
  const isSigned = questions[0].outcome === "valid";
  const claim = isSigned ? "as the credential says" : "as the credential says; nobody has proved it";
  const rows = [
    ["What", names.achievement ?? names.kind, claim],
    ["About", names.subject, claim],
    ["Issued by", names.registered?.name ?? null, "as the registry records it"],
    ["Calls its issuer", names.issuer === names.registered?.name ? null : names.issuer, claim],
  ].filter(([, text]) => text);
  const shown = rows.flatMap(([label, text, source]) => [
    element("dt", {}, label),
    element("dd", {}, text, element("span", { class: "claim" }, source)),
  ]);
  return rows.length === 0 ? [] : [element("dl", { class: "facts" }, ...shown)];
}

function evidenceOf({ evidence }) {
  if (evidence.length === 0) {
    return [];
  }
  const items = evidence.map(({ what, source, node, askedMs, sha256, height, found }) =>
    element(
      "li",
      {},
      `${LOOKED_UP[what] ?? what}: ${found === null ? "had" : `not had (${found})`}`,
      element("span", { class: "detail" }, source),
      element("span", { class: "detail" }, toldOf(node, askedMs, height)),
      ...(sha256 === null ? [] : [element("span", { class: "detail" }, `SHA-256 ${sha256}`)]),
    ),
  );
  return [element("details", {}, element("summary", {}, `What was looked up (${evidence.length})`), element("ol", { class: "evidence" }, ...items))];
}

function toldOf(node, askedMs, height) {
  const parts = [node === null || node === undefined ? "" : `asked ${node}`, new Date(askedMs).toISOString()];
  return [...parts, height === null ? "" : `as of block ${height}`].filter((part) => part).join(", ");
}
