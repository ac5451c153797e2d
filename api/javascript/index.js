// A verifier of a Matricula registry's answers, written from docs/answers.md. It needs no network, no disk and no other
// package; it runs in Node.js 18 or later and in browsers.
//
//     const trust = await trustInGenesis(document); // whose hash you know, as `fingerprint` tells it in words
//     const question = { type: "record", kind: "did", id: "did:web:university.example", knownAtMs: null };
//     const verdict = await verifyAnswer(body, trust, { question, nowMs: Date.now() });
//
// Where the reason is `other-epoch`, move trust on with `followEpochs`.

export { decodeBase64url } from "./base64url.js";
export { decode as decodeCbor } from "./cbor.js";
export { TrustError, UnsupportedError } from "./errors.js";
export { fingerprint } from "./fingerprint.js";
export { followEpochs, trustInGenesis } from "./trust.js";
export { verifyAnswer } from "./verify.js";
