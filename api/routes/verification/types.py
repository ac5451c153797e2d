"""The form of what a node says about credentials: that of `api.verifier.credential.report`, for each."""

from api.interface.types import Type


class QuestionAnswered(Type, frozen=True):
    """The answer to one of the four questions. `outcome` is null where it is not shown, because the signature
    is wrong.
    """

    question: str
    words: str
    outcome: str | None
    sentence: str


class CheckMade(Type, frozen=True):
    """A check. `reason` is a code, null for a valid one; `remedy` says what to do."""

    question: str
    aspect: str
    outcome: str
    reason: str | None
    sentence: str | None
    detail: str
    remedy: str | None


class ProofSeen(Type, frozen=True):
    """A proof of the credential, with its own verdict."""

    place: str
    suite: str
    signer: str | None
    outcome: str


class MemberRegistered(Type, frozen=True):
    """The member of the registry that answers for the issuer."""

    member: str
    name: str | None
    country: str | None


class NamesClaimed(Type, frozen=True):
    """What the credential calls its issuer, its achievement, whom it is about, and itself: claims of whoever
    signed it. `registered` is the registry's word on the issuer.
    """

    issuer: str | None
    achievement: str | None
    subject: str | None
    kind: str | None
    registered: MemberRegistered | None


class EvidenceSeen(Type, frozen=True):
    """One thing that was looked up. `found` is null for what was had, else the code of the reason."""

    what: str
    source: str
    asked_ms: int
    sha256: str | None
    height: int | None
    found: str | None


class CredentialJudged(Type, frozen=True):
    """What was found about one credential under the policy that is named."""

    id: str | None
    outcome: str
    sentence: str
    policy: str
    questions: list[QuestionAnswered]
    as_of_ms: int | None
    anchored_ms: int | None
    checks: list[CheckMade]
    proofs: list[ProofSeen]
    names: NamesClaimed | None
    evidence: list[EvidenceSeen]


class Verification(Type, frozen=True):
    """A node's word about what it was sent. `outcome` is the worst of the credentials; `wrapper` says in what
    they came (a picture or document), null where in none; `judgedMs` is the node's clock; `height` the block
    as of which it looked into the registry. What was sent never leaves the node, and is not kept.
    """

    outcome: str
    policy: str
    wrapper: str | None
    remark: str
    judged_ms: int
    height: int
    credentials: list[CredentialJudged]
