// Forms: what docs/answers.md writes as `[height uint, index uint, …]`. A form reads a thing from CBOR and from JSON
// into the same object, and writes it as either. Members are called as in JSON; byte strings are Uint8Array.
//
// Whatever has another length, order, type or size is `malformed` (docs/answers.md, Encoding).

import { decodeBase64url, encodeBase64url } from "./base64url.js";
import { toUtf8 } from "./bytes.js";
import { check } from "./errors.js";

/**
 * @typedef {object} Form
 * @property {(value: unknown) => any} fromCbor  takes what `decode` of cbor.js gives
 * @property {(value: unknown) => any} fromJson  takes what `parse` of json.js gives
 * @property {(thing: any) => unknown} toCbor  gives what `encode` of cbor.js takes
 * @property {(thing: any) => any} toJson  gives plain objects
 */

const same = (thing) => thing;

/** @param {(value: unknown) => boolean} isGood @returns {Form} a value that is the same everywhere */
export function plain(isGood) {
  const read = (value) => {
    check(isGood(value), "malformed");
    return value;
  };
  return { fromCbor: read, fromJson: read, toCbor: same, toJson: same };
}

/** @param {number} least @param {number} most @returns {Form} */
export function uint(least = 0, most = Number.MAX_SAFE_INTEGER) {
  return plain((value) => Number.isSafeInteger(value) && value >= least && value <= most);
}

/** @param {number} least @param {number} most  both in bytes of UTF-8 @returns {Form} */
export function text(least, most) {
  return plain((value) => {
    if (typeof value !== "string" || value.length > most) {
      return false; // no character has fewer bytes than UTF-16 units
    }
    const size = toUtf8(value).length;
    return size >= least && size <= most;
  });
}

/** @param {number} least @param {number} most @returns {Form} */
export function bytes(least, most = least) {
  const isGood = (value) => value instanceof Uint8Array && value.length >= least && value.length <= most;
  const fromCbor = plain(isGood).fromCbor;
  const fromJson = (value) => {
    check(typeof value === "string" && value.length <= Math.ceil((most * 4) / 3), "malformed");
    return fromCbor(decodeBase64url(value));
  };
  return { fromCbor, fromJson, toCbor: same, toJson: encodeBase64url };
}

/** @type {Form} */
export const hash = bytes(32);

/** `x?`: x or null. @param {Form} form @returns {Form} */
export function optional(form) {
  const unlessNull = (convert) => (value) => (value === null ? null : convert(value));
  return mapped(form, unlessNull);
}

/** `[x, …]{a–b}`. @param {Form} form @param {number} least @param {number} most @returns {Form} */
export function list(form, least, most = least) {
  const isGood = (value) => Array.isArray(value) && value.length >= least && value.length <= most;
  const each = (convert) => (value) => {
    check(isGood(value), "malformed");
    return value.map((item) => convert(item));
  };
  return mapped(form, each);
}

function mapped(form, change) {
  return {
    fromCbor: change(form.fromCbor),
    fromJson: change(form.fromJson),
    toCbor: change(form.toCbor),
    toJson: change(form.toJson),
  };
}

/** A number in CBOR that has a name in JSON. @param {string[]} names  from 0 on @returns {Form} */
export function oneOf(names) {
  const fromCbor = (value) => {
    check(Number.isInteger(value) && value >= 0 && value < names.length, "malformed");
    return names[value];
  };
  const fromJson = plain((value) => names.includes(value)).fromJson;
  return { fromCbor, fromJson, toCbor: (name) => names.indexOf(name), toJson: same };
}

/**
 * An array of exactly these fields; an object of them in JSON.
 * @param {Record<string, Form>} members @returns {Form}
 */
export function fields(members) {
  const entries = Object.entries(members);
  const each = (convert) => Object.fromEntries(entries.map(convert));
  return {
    fromCbor(value) {
      check(Array.isArray(value) && value.length === entries.length, "malformed");
      return each(([name, form], i) => [name, form.fromCbor(value[i])]);
    },
    fromJson(value) {
      check(value instanceof Map && value.size === entries.length, "malformed");
      // A member that is missing is `undefined`, which no form takes.
      return each(([name, form]) => [name, form.fromJson(value.get(name))]);
    },
    toCbor: (thing) => entries.map(([name, form]) => form.toCbor(thing[name])),
    toJson: (thing) => each(([name, form]) => [name, form.toJson(thing[name])]),
  };
}

/** Fields that have a member `type` besides in JSON and in the object, but no code in CBOR. @returns {Form} */
export function typed(type, form) {
  return {
    fromCbor: (value) => ({ type, ...form.fromCbor(value) }),
    fromJson(value) {
      check(value instanceof Map && value.get("type") === type, "malformed");
      const others = new Map(value);
      others.delete("type");
      return { type, ...form.fromJson(others) };
    },
    toCbor: (thing) => form.toCbor(thing),
    toJson: (thing) => ({ type, ...form.toJson(thing) }),
  };
}

/**
 * One of several forms, told apart by the code that the array begins with: 1 for the first, and so on. In JSON and in
 * the object by `type`.
 * @param {Record<string, Form>} variants  by type @returns {Form}
 */
export function coded(variants) {
  const types = Object.keys(variants);
  const forms = new Map(Object.entries(variants).map(([type, form]) => [type, typed(type, form)]));
  return {
    fromCbor(value) {
      check(Array.isArray(value) && Number.isInteger(value[0]), "malformed");
      const form = forms.get(types[value[0] - 1]);
      check(form !== undefined, "malformed");
      return form.fromCbor(value.slice(1));
    },
    fromJson(value) {
      check(value instanceof Map && forms.has(value.get("type")), "malformed");
      return forms.get(value.get("type")).fromJson(value);
    },
    toCbor: (thing) => [types.indexOf(thing.type) + 1, ...forms.get(thing.type).toCbor(thing)],
    toJson: (thing) => forms.get(thing.type).toJson(thing),
  };
}

/** @param {Form} form @param {(thing: any) => boolean} isGood  else it is malformed @returns {Form} */
export function refined(form, isGood) {
  const refine = (read) => (value) => {
    const thing = read(value);
    check(isGood(thing), "malformed");
    return thing;
  };
  return { ...form, fromCbor: refine(form.fromCbor), fromJson: refine(form.fromJson) };
}
