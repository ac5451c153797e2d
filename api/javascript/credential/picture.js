// The credential in a picture (Open Badges 3.0, §5.3): in PNG the `iTXt` chunk `openbadgecredential`, in SVG the element
// `openbadges:credential`. Documents of other kinds are named, so that people learn what to do with them.

import { fromUtf8, toUtf8 } from "../bytes.js";
import { DocumentError, MAX_BYTES } from "./document.js";
import { unpacked, UnpackingError } from "./unpacking.js";

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_PICTURE = 16_777_216;
const MAX_CHUNKS = 65_536;
const KEYWORD = "openbadgecredential";
const KEYWORD_OF_2 = "openbadges";
const ELEMENT = /<openbadges:credential(?:\s[^>]*)?>([^]*?)<\/openbadges:credential\s*>/g;
const ATTRIBUTE = /<openbadges:credential\s[^>]*?verify="([^"]*)"/;
const OTHERS = [
  ["%PDF", "It is a PDF. This page cannot open one; a node can, if you choose to send it there."],
  ["\xff\xd8\xff", "It is a photo (JPEG), and such pictures hold no credential."],
  ["GIF8", "It is a GIF, and such pictures hold no credential."],
  ["RIFF", "It is a WebP picture, and such pictures hold no credential."],
  ["PK\x03\x04", "It is a ZIP file or an office document. Take the credential out of it."],
];

/** @returns {Promise<{ content: Uint8Array, wrapper: string } | null>} null where the bytes are no picture @throws {DocumentError} */
export async function contentOfPicture(bytes) {
  if (bytes.length > MAX_PICTURE) {
    throw new DocumentError("too-large", `It has more than ${MAX_PICTURE} bytes.`);
  }
  if (PNG.every((byte, index) => bytes[index] === byte)) {
    return { content: await inPng(bytes), wrapper: "PNG picture" };
  }
  const head = String.fromCharCode(...bytes.subarray(0, 4));
  const other = OTHERS.find(([beginning]) => head.startsWith(beginning));
  if (other !== undefined) {
    throw new DocumentError("not-json", other[1]);
  }
  return isSvg(bytes) ? { content: inSvg(bytes), wrapper: "SVG picture" } : null;
}

function isSvg(bytes) {
  const head = new TextDecoder().decode(bytes.subarray(0, 4_096)).trimStart();
  return head.startsWith("<") && /<svg[\s>]/.test(head);
}

async function inPng(bytes) {
  const found = [];
  let isOld = false;
  for (const chunk of textChunks(bytes)) {
    const end = chunk.indexOf(0);
    const keyword = new TextDecoder("latin1").decode(chunk.subarray(0, Math.max(end, 0)));
    isOld ||= keyword === KEYWORD_OF_2;
    if (keyword === KEYWORD) {
      found.push(await textOfChunk(chunk.subarray(end + 1)));
    }
  }
  if (found.length === 1) {
    return found[0];
  }
  throw new DocumentError("not-json", toldOfPicture(found.length, isOld));
}

function toldOfPicture(count, isOld) {
  if (count > 1) {
    return "The picture holds several credentials, and it is not clear which counts.";
  }
  return isOld
    ? "The picture holds a badge of the older Open Badges 2, which is not signed like this."
    : "The picture holds no credential. A picture of a certificate proves nothing: ask for the file itself.";
}

function* textChunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = PNG.length;
  for (let count = 0; offset + 12 <= bytes.length && count < MAX_CHUNKS; count++) {
    const length = view.getUint32(offset);
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if (offset + 12 + length > bytes.length) {
      throw new DocumentError("not-json", "The picture ends too early.");
    }
    if (type === "iTXt") {
      yield bytes.subarray(offset + 8, offset + 8 + length);
    }
    if (type === "IEND") {
      return;
    }
    offset += 12 + length;
  }
}

/** Behind the keyword: whether it is compressed, how, a language, a translated keyword, the text. */
async function textOfChunk(rest) {
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (translated < 0 || rest[0] > 1 || rest[1] !== 0) {
    throw new DocumentError("not-json", "The picture's credential is damaged.");
  }
  const text = rest.slice(translated + 1);
  try {
    return rest[0] === 1 ? await unpacked(text, "deflate", MAX_BYTES) : text;
  } catch (error) {
    if (error instanceof UnpackingError) {
      throw new DocumentError("not-json", `The picture's credential cannot be unpacked: ${error.message}.`);
    }
    throw error;
  }
}

function inSvg(bytes) {
  const text = fromUtf8(bytes) ?? "";
  const found = [...text.matchAll(ELEMENT)].map((match) => match[1].trim().replace(/^<!\[CDATA\[|\]\]>$/g, "").trim());
  const inner = found.filter((each) => each !== "");
  const token = ATTRIBUTE.exec(text)?.[1] ?? "";
  const all = [...inner, ...(token === "" ? [] : [token])];
  if (all.length !== 1) {
    throw new DocumentError("not-json", toldOfPicture(all.length, false));
  }
  return toUtf8(all[0]);
}
