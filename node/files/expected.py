"""Which files the commands read: what each is called, where one gets it, and how long it may be.

Each limit is there so that a file of another kind, or one without an end, cannot fill the memory; it lies
where no file of the kind reaches it. The guides show the same table (docs/operating.md).
"""

from dataclasses import dataclass

from api.answer.encoding import MAX_JSON_BYTES
from api.credentials.contexts.library import MAX_CONTEXT_BYTES
from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.fault import MAX_WRAPPED_BYTES
from api.verifier.credential.policy import MAX_POLICY_BYTES
from node.files.foreign import FileKind
from node.wording.units import KIB, MIB
from registry.genesis import MAX_DOCUMENT_BYTES
from registry.kinds.schema.record import MAX_SCHEMA_BYTES


@dataclass(frozen=True, slots=True)
class Expected:
    """A kind of file that commands read.

    `phrase` names it with its article, `get` says where one gets it, `why_limited` what a longer file most
    likely is and what to do about it, `kinds` as what it is recognised, `is_text` whether it can be text.
    """

    phrase: str
    get: str
    limit_bytes: int
    why_limited: str
    kinds: frozenset[FileKind] = frozenset()
    is_text: bool = True


_OTHER_FILE = "this is probably the wrong file: check its name"

CREDENTIAL = Expected(
    "a credential",
    "give the JSON file of one credential",
    MAX_BYTES,
    "the usual cause is a picture inside: put the picture's web address in its place",
    frozenset({FileKind.CREDENTIAL, FileKind.UNSIGNED_CREDENTIAL}),
)
WRAPPED_CREDENTIAL = Expected(
    "a credential, or a picture or PDF with one in it",
    "give the file as the issuer gave it",
    MAX_WRAPPED_BYTES,
    "no badge is that large: ask the issuer for the credential alone, as a JSON file",
    CREDENTIAL.kinds,
)
PICTURE = Expected(
    "a picture for a badge",
    "give a PNG or SVG picture, or none: then a plain one is drawn",
    MAX_WRAPPED_BYTES,
    "a badge is looked at on a small screen: make the picture smaller",
    frozenset({FileKind.PNG, FileKind.SVG}),
    is_text=False,
)
POLICY = Expected(
    "a policy",
    "copy one that is shipped, and change it: docs/verifying.md shows them",
    MAX_POLICY_BYTES,
    _OTHER_FILE,
    frozenset({FileKind.TOML}),
)
CONTEXT = Expected(
    "a JSON-LD context",
    "give the JSON file that stands at the context's URL",
    MAX_CONTEXT_BYTES,
    _OTHER_FILE,
    frozenset({FileKind.CONTEXT}),
)
SCHEMA = Expected(
    "a JSON Schema",
    "give the schema as it was published: `matricula schema show ID --version V --out FILE`",
    MAX_SCHEMA_BYTES,
    "every node reads a schema before it becomes final: leave out long descriptions, or divide it",
    frozenset({FileKind.SCHEMA}),
)
ANCHOR_PROOF = Expected(
    "an anchor proof",
    "give the file that `matricula anchor` put beside the credential: FILE.anchor.json",
    64 * KIB,
    _OTHER_FILE,
    frozenset({FileKind.ANCHOR_PROOF}),
)
ANSWER = Expected(
    "an answer",
    "give the file that `matricula get --out FILE` wrote, or the body of a node's response, whole",
    MAX_JSON_BYTES,
    _OTHER_FILE,
    frozenset({FileKind.ANSWER}),
)
GENESIS = Expected(
    "a genesis document",
    "get it from the network's founders and compare its words: `matricula fingerprint FILE`",
    MAX_DOCUMENT_BYTES,
    _OTHER_FILE,
    frozenset({FileKind.GENESIS}),
    is_text=False,
)
FOUNDING = Expected(
    "a founding file",
    "ask the institution for the founding.json that `matricula init` wrote",
    64 * KIB,
    _OTHER_FILE,
    frozenset({FileKind.FOUNDING}),
)
KEY = Expected(
    "a key file",
    "name one that `matricula init` or `matricula did` made, such as keys/institution.key",
    4 * KIB,
    _OTHER_FILE,
    frozenset({FileKind.KEY}),
)
SETTINGS = Expected(
    "a settings file",
    "name the node.toml that `matricula init` wrote; docs/configuration.md shows a whole file",
    MIB,
    _OTHER_FILE,
    frozenset({FileKind.TOML}),
)
PASSPHRASE = Expected(
    "a passphrase file",
    "put the passphrase, and nothing else, on the first line of a text file",
    64 * KIB,
    _OTHER_FILE,
)
INDICES = Expected(
    "a list of indices",
    "save the one column of numbers as CSV UTF-8, without heading: one number a line, and nothing else",
    64 * KIB,  # a transaction takes 4,096 entries; a line has 7 digits and its end at most
    "one transaction takes 4,096 entries: divide the list, and run the command for each part",
)
BACKUP_TIME = Expected(
    "the time of the last backup",
    "delete the file, or run `matricula doctor --backed-up` after the next backup",
    64,
    _OTHER_FILE,
)
ANY_OF_OURS = Expected(
    "a file of this software",
    "it shows transactions, answers, genesis documents, founding files and key files",
    16 * MIB,
    _OTHER_FILE,
    frozenset({FileKind.TRANSACTION, FileKind.ANSWER, FileKind.GENESIS, FileKind.FOUNDING, FileKind.KEY}),
)
