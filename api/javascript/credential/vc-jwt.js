// A credential that is a token (VC-JWT), data models 1.1 and 2.0: rules R1 to R4 of
// api/credentials/formats/jose/registered_claims.py.

import { Claims } from "./claims.js";
import { asList, canonicalText, copied, isObject, load, without } from "./document.js";
import { numericDate, numericPeriod, secondText, timestampMs } from "./dates.js";
import { excerpt, Flaw } from "./flaw.js";
import { dataModel } from "./inline-context.js";
import { statusOfToken } from "./status-entries.js";
import { JWT_TYPES, OWN_TYPES, tokenProof, typeFlaws, typeOf } from "./token.js";

const CLAIMS = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "status", "nonce"];
const MEMBERS =
  "@context type id issuer issuanceDate expirationDate validFrom validUntil credentialSubject credentialStatus " +
  "credentialSchema termsOfUse evidence refreshService proof";
const DATES = {
  1.1: [["nbf", "issuanceDate"], ["exp", "expirationDate"]],
  "2.0": [["nbf", "validFrom"], ["exp", "validUntil"]],
};

/** The credential that a token holds or is, and the token that says it. */
export class TokenClaims extends Claims {
  constructor(header, token, wrongEnvelope) {
    super(credentialOf(token));
    this.header = header;
    this.token = token;
    this.wrongEnvelope = wrongEnvelope;
  }

  get statuses() {
    return [...super.statuses, ...statusOfToken(this.token, this.issuer)];
  }

  formFlaws(structure) {
    const isOwnType = OWN_TYPES.includes(typeOf(this.header));
    return [...this.wrongEnvelope, ...envelopeFlaws(this.token, isOwnType), ...super.formFlaws(structure)];
  }
}

/** @param {import("./token.js").Jws} jws @returns {import("./data-integrity.js").Secured} */
export function securedToken(jws) {
  const token = load(jws.payload);
  const claims = new TokenClaims(jws.header, token, typeFlaws(jws.header, JWT_TYPES));
  const proof = tokenProof(jws, "VC-JWT", claims, signaturePeriod(token));
  return { claims, proofs: [proof], unproved: null, needsNode: false };
}

/** R1, R2. */
function credentialOf(token) {
  if (!("vc" in token)) {
    return without(token, ...CLAIMS);
  }
  return isObject(token.vc) ? completed(token.vc, token) : Object.create(null);
}

function completed(inner, token) {
  const whole = copied(inner);
  if ("jti" in token && !("id" in whole)) {
    whole.id = token.jti;
  }
  if ("iss" in token) {
    whole.issuer = withId(whole.issuer, token.iss);
  }
  if ("sub" in token && "credentialSubject" in whole) {
    const found = whole.credentialSubject;
    const isOne = Array.isArray(found) && found.length === 1;
    whole.credentialSubject = isOne ? [withId(found[0], token.sub)] : withId(found, token.sub);
  }
  for (const [claim, member] of dateMembers(inner)) {
    const date = numericDate(token[claim], claim);
    if (!(date instanceof Flaw) && !(member in whole)) {
      whole[member] = secondText(date.timeMs);
    }
  }
  return whole;
}

function withId(found, name) {
  if (found === undefined || found === null) {
    return name;
  }
  if (!isObject(found) || "id" in found) {
    return found;
  }
  const whole = copied(found);
  whole.id = name;
  return whole;
}

function dateMembers(inner) {
  return DATES[dataModel(inner) ?? "1.1"];
}

/** When the signature counts: dates that only repeat those of the credential are the credential's. */
export function signaturePeriod(token) {
  const whole = numericPeriod(token, ["nbf", "iat"], ["exp"]);
  const isRepeated = ({ place, timeMs }) => place !== "/iat" && ("vc" in token || isDateOf(token, place, timeMs));
  return {
    begins: whole.begins.filter((date) => !isRepeated(date)),
    ends: whole.ends.filter((date) => !isRepeated(date)),
    unreadable: whole.unreadable,
  };
}

function isDateOf(token, place, timeMs) {
  const written = timestampMs(token[place === "/nbf" ? "validFrom" : "validUntil"]);
  return typeof written === "number" && Math.floor(written / 1_000) === Math.floor(timeMs / 1_000);
}

/** R3, R4. */
function envelopeFlaws(token, isOwnType) {
  const flaws = "vp" in token ? [new Flaw("type", "the token holds a presentation (vp), not a credential")] : [];
  if (!("vc" in token)) {
    return [...flaws, ...contradictions(token, token)];
  }
  if (isOwnType) {
    flaws.push(new Flaw("member", "/vc", "a token of this type is the credential itself, and has no vc"));
  } else if (isObject(token.vc)) {
    flaws.push(...beside(token, completed(token.vc, token)));
  }
  if (!isObject(token.vc)) {
    return [...flaws, new Flaw("member", "/vc", excerpt(token.vc), "not an object")];
  }
  return [...flaws, ...contradictions(token, token.vc), ...dateContradictions(token, token.vc)];
}

/** Members that stand beside `vc` say the same. */
function beside(token, whole) {
  const differing = MEMBERS.split(" ").find((name) => name in token && !saysTheSame(token[name], whole[name] ?? null));
  return differing === undefined ? [] : [new Flaw("member", `/${differing} and /vc/${differing} differ`)];
}

function saysTheSame(found, within) {
  if (canonicalText(found) === canonicalText(within)) {
    return true;
  }
  if (typeof found === "string" && typeof within === "string") {
    const [time, other] = [timestampMs(found), timestampMs(within)];
    const areDates = typeof time === "number" && typeof other === "number";
    return areDates && Math.floor(time / 1_000) === Math.floor(other / 1_000);
  }
  const areNames = [found, within].every((each) => typeof each === "string" || isObject(each));
  return areNames && canonicalText(onlyId(found)) === canonicalText(onlyId(within));
}

function onlyId(found) {
  return isObject(found) && Object.keys(found).length === 1 ? found.id ?? null : found;
}

function contradictions(token, inner) {
  const ids = (found) => {
    const items = found === undefined || found === null ? [] : asList(found);
    const named = items.map((item) => (isObject(item) ? item.id : item));
    return named.filter((name) => name !== undefined && name !== null);
  };
  const pairs = [["iss", inner.issuer], ["jti", inner.id], ["sub", inner.credentialSubject]];
  return pairs
    .filter(([claim]) => claim in token)
    .filter(([claim, found]) => {
      const names = ids(found);
      return typeof token[claim] !== "string" || (names.length > 0 && !names.includes(token[claim]));
    })
    .map(([claim]) => new Flaw("member", `/${claim} and the credential differ`, excerpt(token[claim])));
}

function dateContradictions(token, inner) {
  return dateMembers(inner)
    .filter(([claim, member]) => {
      const [date, written] = [numericDate(token[claim], claim), timestampMs(inner[member])];
      const canCompare = !(date instanceof Flaw) && typeof written === "number";
      return canCompare && Math.floor(written / 1_000) !== Math.floor(date.timeMs / 1_000);
    })
    .map(([claim, member]) => new Flaw("member", `/${claim} and /vc/${member} differ`));
}
