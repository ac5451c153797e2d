// Dates of credentials, proofs and tokens, and when something counts by them: api/credentials/timestamp.py,
// numeric_date.py, period.py and api/verifier/credential/validity.py.

import { detailOf, excerpt, Flaw } from "./flaw.js";

const CLOCK_TOLERANCE_MS = 300_000;
const LAST_SECOND = 253_402_300_799;
const STAMP =
  /^(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(?:([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?|(24:00:00(?:\.0+)?))(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))$/;
const NO_PERIOD = { begins: [], ends: [], unreadable: [] };

export const OF_CREDENTIAL = { notBegun: "not-yet-valid", ended: "expired" };
export const OF_PROOF = { notBegun: "proof-not-yet", ended: "proof-expired" };

/** @returns {number | string} milliseconds since 1970 of an XML Schema dateTimeStamp; else the reason why it is none */
export function timestampMs(text) {
  const read = typeof text === "string" ? STAMP.exec(text) : null;
  if (read === null) {
    return "dates-unreadable";
  }
  const [, year, month, day, hour, minute, second, fraction, midnight, zone] = read;
  if (Number(day) > daysOf(Number(year.slice(-4)), Number(month))) {
    return "dates-unreadable";
  }
  if (year.length > 4 || Number(year) === 0) {
    return "dates-unsupported";
  }
  const time = new Date(0);
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const seconds = midnight ? 86_400 : secondsOf(hour, minute, second);
  return time.getTime() + 1_000 * (seconds - offset(zone)) + Number((fraction ?? "").slice(0, 3).padEnd(3, "0"));
}

/** @param {number} timeMs @returns {string} the whole second, in UTC */
export function secondText(timeMs) {
  return new Date(1_000 * Math.floor(timeMs / 1_000)).toISOString().replace(".000Z", "Z");
}

/** @typedef {{ begins: object[], ends: object[], unreadable: Flaw[] }} Period  dates have `place`, `written`, `timeMs` */

/** What the members of an object say that begin and end it. @returns {Period} */
export function periodOf(holder, begins, ends, place = "") {
  return gathered(holder, begins, ends, place, (found, where) => {
    const timeMs = timestampMs(found);
    const told = excerpt(found);
    return typeof timeMs === "string" ? new Flaw(timeMs, where, told) : { place: where, written: told, timeMs };
  });
}

/** The same of a token, whose dates are seconds since 1970. @returns {Period} */
export function numericPeriod(token, begins, ends, place = "") {
  return gathered(token, begins, ends, place, numericDate);
}

/** @returns {object | Flaw} */
export function numericDate(found, place) {
  if (typeof found !== "number" || found < 0) {
    return new Flaw("dates-unreadable", place, excerpt(found), "a number of seconds since 1970 is needed");
  }
  if (found > LAST_SECOND) {
    return new Flaw("dates-unsupported", place, excerpt(found), "it is beyond the year 9999");
  }
  const timeMs = Math.trunc(found * 1_000);
  return { place, written: `${found} (${secondText(timeMs)})`, timeMs };
}

function gathered(holder, begins, ends, place, read) {
  const period = { begins: [], ends: [], unreadable: [] };
  for (const [names, dates] of [[begins, period.begins], [ends, period.ends]]) {
    for (const name of names.filter((each) => each in holder)) {
      const date = read(holder[name], `${place}/${name}`);
      (date instanceof Flaw ? period.unreadable : dates).push(date);
    }
  }
  return period;
}

/** What is wrong with dates at a time. @param {Period} period @param {object} reasons @returns {Flaw[]} */
export function periodFlaws({ begins, ends, unreadable } = NO_PERIOD, reasons, nowMs) {
  const flaws = [...unreadable];
  for (const begin of begins.filter(({ timeMs }) => timeMs > nowMs + CLOCK_TOLERANCE_MS)) {
    flaws.push(new Flaw(reasons.notBegun, `${begin.place}: ${begin.written}`));
  }
  for (const end of ends.filter(({ timeMs }) => timeMs < nowMs)) {
    flaws.push(new Flaw(reasons.ended, `${end.place}: ${end.written}`));
  }
  const lastBegin = Math.max(...begins.map(({ timeMs }) => timeMs));
  const firstEnd = Math.min(...ends.map(({ timeMs }) => timeMs));
  if (begins.length > 0 && ends.length > 0 && lastBegin > firstEnd) {
    flaws.push(new Flaw("dates-contradict", detailOf("it ends before it begins")));
  }
  return flaws;
}

function daysOf(year, month) {
  return new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate(); // leap years repeat every 400 years
}

function secondsOf(hour, minute, second) {
  return 3_600 * Number(hour) + 60 * Number(minute) + Number(second);
}

function offset(zone) {
  return zone === "Z" ? 0 : (zone[0] === "-" ? -1 : 1) * secondsOf(zone.slice(1, 3), zone.slice(4, 6), "0");
}
