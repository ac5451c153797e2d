// Written by `python -m tests.pages` from api/credentials/flaw.py, where sentences and remedies are changed.

/** By code: the sentence, what to do, and whether the reason leaves the question open. */
export const REASONS = {
  "context": {
    "sentence": "Its @context does not say which data model it follows.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "type": {
    "sentence": "Its type does not say that it is a verifiable credential.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "subject": {
    "sentence": "It says nothing about anybody: credentialSubject is missing or empty.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "issuer-unnamed": {
    "sentence": "It names no issuer by a URL.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "member": {
    "sentence": "A member does not have the form that the data model gives it.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "no-readable-proof": {
    "sentence": "It has no proof that this verifier can read.",
    "remedy": "Ask the holder for the file as the issuer gave it: what nobody has signed proves nothing. If it is signed in another way, judge it with a verifier that knows it.",
    "isOpen": true
  },
  "proof-malformed": {
    "sentence": "The proof does not have the form of its cryptosuite.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "proof-purpose": {
    "sentence": "The issuer made the proof for another purpose than to assert what it says.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "proof-not-yet": {
    "sentence": "The proof is dated after now.",
    "remedy": "Check this machine's clock. If it is right, judge the credential again after that time.",
    "isOpen": false
  },
  "proof-expired": {
    "sentence": "The proof counted only until an earlier time.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "wrong-signature": {
    "sentence": "The signature is not of this document by the issuer's key.",
    "remedy": "Do not accept the credential: it was changed, or the issuer did not sign it. Ask the holder for the file as the issuer gave it.",
    "isOpen": false
  },
  "other-issuer": {
    "sentence": "It names another issuer than the one whose key signed it.",
    "remedy": "Do not accept the credential. Ask the issuer that it names whether it is theirs.",
    "isOpen": false
  },
  "unknown-issuer": {
    "sentence": "The registry has no such issuer.",
    "remedy": "Ask another registry, or the issuer itself. This registry says nothing about them.",
    "isOpen": true
  },
  "unregistered": {
    "sentence": "The registry does not hold the issuer: only the keys of its DID are known.",
    "remedy": "Find out by other means whose DID it is. Its keys do not say who holds them.",
    "isOpen": true
  },
  "did-unreachable": {
    "sentence": "The DID document of the issuer could not be fetched.",
    "remedy": "Judge the credential again later. If it stays like this, ask the issuer.",
    "isOpen": true
  },
  "did-document-wrong": {
    "sentence": "What was fetched is not the DID document of the issuer.",
    "remedy": "Do not accept the credential now. Tell the issuer that its DID document is wrong.",
    "isOpen": true
  },
  "did-malformed": {
    "sentence": "The issuer's DID does not have the form of its method, so it has no keys.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "method-unsupported": {
    "sentence": "The issuer's DID is of a method that this verifier does not know.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "not-looked-up": {
    "sentence": "Whether the registry knows who signed was not asked.",
    "remedy": "Ask the registry about that DID, if this proof matters to you.",
    "isOpen": true
  },
  "algorithm-mismatch": {
    "sentence": "The proof names another algorithm than its key is for.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "suite-unsupported": {
    "sentence": "The proof is made in a way that this verifier does not know.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "context-unknown": {
    "sentence": "It names a JSON-LD context that this verifier does not hold, and none is fetched.",
    "remedy": "If you have it from somebody you trust, import it with `matricula context import FILE --url URL`. Or judge the credential with another verifier.",
    "isOpen": true
  },
  "term-undefined": {
    "sentence": "A member is defined by none of its JSON-LD contexts, so no signature covers it.",
    "remedy": "Do not accept the credential: somebody may have added the member. Ask the issuer for a new one.",
    "isOpen": false
  },
  "type-undefined": {
    "sentence": "A type is defined by none of its JSON-LD contexts, so no signature covers it.",
    "remedy": "Ask the issuer for a credential whose contexts define its types. Somebody may have added this one.",
    "isOpen": true
  },
  "not-compacted": {
    "sentence": "It is written in a form of JSON-LD in which what readers see may not be what is signed.",
    "remedy": "Ask the holder for the credential as the issuer wrote it, with members under their plain names.",
    "isOpen": true
  },
  "too-much-work": {
    "sentence": "Checking it takes more work than any honest credential needs.",
    "remedy": "Do not accept the credential. Ask the issuer for a simpler one.",
    "isOpen": true
  },
  "seal-unchecked": {
    "sentence": "It is a European Digital Credential, whose seal this verifier does not check.",
    "remedy": "Check its seal with the European viewer (https://europa.eu/europass), or ask the issuer.",
    "isOpen": true
  },
  "unknown-key": {
    "sentence": "The issuer has no key of this name.",
    "remedy": "Do not accept the credential. Ask the issuer whether it is theirs.",
    "isOpen": false
  },
  "key-purpose": {
    "sentence": "The key is not for signing credentials.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "key-unreadable": {
    "sentence": "The key is of an algorithm that this verifier does not know.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "key-not-yet": {
    "sentence": "The key does not count yet.",
    "remedy": "Check this machine's clock. If it is right, judge the credential again after that time.",
    "isOpen": false
  },
  "key-compromised": {
    "sentence": "The key is in other hands, and no anchor shows that the credential is older.",
    "remedy": "Ask the holder for the anchor proof of the credential (--anchor). Without it, ask the issuer for a new credential.",
    "isOpen": false
  },
  "key-ended": {
    "sentence": "The key has ended, and no anchor shows that the credential is older.",
    "remedy": "Ask the holder for the anchor proof of the credential (--anchor). Without it, ask the issuer whether the credential is theirs.",
    "isOpen": true
  },
  "anchor-unproved": {
    "sentence": "The anchor proof does not lead to a root that the issuer recorded.",
    "remedy": "Ask the holder for the anchor proof that belongs to this credential, unchanged.",
    "isOpen": false
  },
  "not-yet-valid": {
    "sentence": "It is valid only from a later time on.",
    "remedy": "Check this machine's clock. If it is right, judge the credential again after that time.",
    "isOpen": false
  },
  "expired": {
    "sentence": "It was valid only until an earlier time.",
    "remedy": "Ask the issuer for a newer credential.",
    "isOpen": false
  },
  "dates-unreadable": {
    "sentence": "A date is not an XML Schema dateTimeStamp, such as 2026-01-31T12:00:00Z.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "dates-unsupported": {
    "sentence": "A date has a year that this verifier cannot compare: not among 1 to 9999.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "dates-contradict": {
    "sentence": "It ends before it begins.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "revoked": {
    "sentence": "It is revoked.",
    "remedy": "Do not accept the credential. Only the issuer can say why, and give a new one.",
    "isOpen": false
  },
  "suspended": {
    "sentence": "It is suspended.",
    "remedy": "Do not accept the credential now. Judge it again later, or ask the issuer: a suspension can be taken back.",
    "isOpen": false
  },
  "status-elsewhere": {
    "sentence": "It names a status list that is not in the registry.",
    "remedy": "Look the status up where it names the list.",
    "isOpen": true
  },
  "status-of-other": {
    "sentence": "It names a status list of somebody else, or of another purpose.",
    "remedy": "Do not accept the credential. Ask the issuer for a new one.",
    "isOpen": false
  },
  "status-unknown": {
    "sentence": "The registry has no such status list or entry.",
    "remedy": "Ask the issuer for the status.",
    "isOpen": true
  },
  "status-unreadable": {
    "sentence": "A status entry does not have the form of its type.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "status-unsupported": {
    "sentence": "Its status is kept in a way that this verifier does not know.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "status-unreachable": {
    "sentence": "Its status list could not be fetched, so whether it was revoked is not known.",
    "remedy": "Judge the credential again later. If it stays like this, ask the issuer for the status.",
    "isOpen": true
  },
  "status-type-unsupported": {
    "sentence": "Its status is of a type that this verifier does not know, so whether it was revoked is not known.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "list-malformed": {
    "sentence": "What was fetched is no status list, so whether it was revoked is not known.",
    "remedy": "Do not take the credential for good. Ask the issuer for its status, and tell them of the list.",
    "isOpen": true
  },
  "list-of-other": {
    "sentence": "The status list is of another issuer, or another list than the one that is named.",
    "remedy": "Do not take the credential for good. Ask the issuer for its status, and tell them of the list.",
    "isOpen": true
  },
  "list-expired": {
    "sentence": "The status list does not count at this time, so whether it was revoked is not known.",
    "remedy": "Do not take the credential for good. Ask the issuer for its status, and tell them of the list.",
    "isOpen": true
  },
  "list-unsigned": {
    "sentence": "The status list is not signed by a key of its issuer, so nothing it says counts.",
    "remedy": "Do not take the credential for good. Ask the issuer for its status, and tell them of the list.",
    "isOpen": true
  },
  "list-too-short": {
    "sentence": "The status list is shorter than the entry's index, or than any list may be.",
    "remedy": "Do not take the credential for good. Ask the issuer for its status, and tell them of the list.",
    "isOpen": true
  },
  "schema-unreachable": {
    "sentence": "A schema that it names could not be fetched, so whether it conforms is not known.",
    "remedy": "Judge the credential again later, if you need to know that it conforms to its schema.",
    "isOpen": true
  },
  "schema-unsupported": {
    "sentence": "It names a schema of a kind that this verifier does not know, or more than are looked up.",
    "remedy": "Judge the credential with another verifier that knows it, or ask the issuer.",
    "isOpen": true
  },
  "schema-changed": {
    "sentence": "The schema is not the one that it names: its bytes have another digest.",
    "remedy": "Ask the issuer for the schema as it was. It may conform to that one.",
    "isOpen": true
  },
  "schema-unproved": {
    "sentence": "The schema is in a credential of its own, which is not shown to be signed by its issuer.",
    "remedy": "Ask the issuer of the schema. Whether the credential conforms is not known.",
    "isOpen": true
  },
  "schema-violated": {
    "sentence": "It does not conform to a schema that it names.",
    "remedy": "Ask the issuer for a credential in the right form, and accept it only then.",
    "isOpen": false
  },
  "holder-unproved": {
    "sentence": "Nobody has proved to be the one whom it is about.",
    "remedy": "Ask whoever presents it to prove it: by a presentation signed for you, or by their papers.",
    "isOpen": true
  },
  "names-differ": {
    "sentence": "It calls its issuer by a name that the registry does not record for them.",
    "remedy": "Go by the name in the registry. If the other one matters to you, ask the issuer about it.",
    "isOpen": true
  },
  "not-anchored": {
    "sentence": "Only its own dates say since when it exists, and the policy asks for a proof of time.",
    "remedy": "Ask the holder for the anchor proof of the credential (--anchor), or the issuer to anchor it.",
    "isOpen": true
  },
  "too-old": {
    "sentence": "It is older than the policy takes.",
    "remedy": "Ask for a newer credential, or judge it under a policy that takes older ones.",
    "isOpen": false
  },
  "undated": {
    "sentence": "Nothing says since when it exists, and the policy takes none beyond an age.",
    "remedy": "Ask the holder for the anchor proof of the credential (--anchor), or the issuer for its date.",
    "isOpen": true
  },
  "too-few-proofs": {
    "sentence": "Fewer of its proofs hold than the policy asks for.",
    "remedy": "Ask the holder for the credential with the proofs of all who signed it.",
    "isOpen": false
  },
  "proofs-undecided": {
    "sentence": "Too few of its proofs are known to hold, and whether others do is not known.",
    "remedy": "See what keeps the other proofs from being judged, and judge the credential again.",
    "isOpen": true
  },
  "holder-proof-wrong": {
    "sentence": "The holder's proof does not belong to this credential, to its key, or to the question.",
    "remedy": "Do not accept the credential. Ask whoever presents it to present it anew, for you.",
    "isOpen": false
  }
};
