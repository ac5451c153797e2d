"""What the demonstration awards: a micro-credential for an achievement of the public Open Badges examples.

The achievement's title, description, criteria, results and credits are the example's; what the EU's Annex I
asks for beyond Open Badges 3.0 is added. Without the example's file the same shape is filled with an
achievement of our own.
"""

from pathlib import Path

from api.credentials.document import Document, Json, load
from api.credentials.open_badges import Concept, Learner, MicroCredential

EXAMPLE = Path("credentials") / "open-badges" / "complete.json"

LEARNERS = tuple(
    Learner(f"urn:example:learner:{number}", name)
    for number, name in enumerate(
        (
            "Ana Almeida",
            "Bo Berg",
            "Chiara Conti",
            "Dragan Dimić",
            "Elif Ersoy",
            "Fatou Faye",
            "Goran Gulin",
            "Hanna Heikkilä",
        ),
        1,
    )
)

_OWN: Document = {
    "id": "https://example.edu/achievements/data-stewardship",
    "name": "Data Stewardship for Research Groups",
    "description": "Plan, document and publish research data so that others can find and use them.",
    "criteria": {"narrative": "A data management plan for a real project, defended before two examiners."},
    "creditsAvailable": 3,
    "resultDescription": [
        {"name": "Plan the life of a data set"},
        {"name": "Choose a licence and a repository"},
    ],
}


def micro_credential(vectors: Path | None) -> tuple[MicroCredential, bool]:
    """The micro-credential, and whether it is that of the public example found under `vectors`."""
    example = vectors / EXAMPLE if vectors else None
    if example is None or not example.is_file():
        return _from_achievement(_OWN), False
    subject = load(example.read_bytes())["credentialSubject"]
    achievement = subject["achievement"] if isinstance(subject, dict) else None
    if not isinstance(achievement, dict):
        raise ValueError(f"{example} holds no achievement")
    return _from_achievement(achievement), True


def _from_achievement(achievement: Document) -> MicroCredential:
    criteria, results = achievement.get("criteria"), achievement.get("resultDescription")
    credits_available = achievement.get("creditsAvailable")
    return MicroCredential(
        id=_text(achievement["id"]),
        title=_text(achievement["name"]),
        description=_text(achievement["description"]),
        criteria=_text(criteria["narrative"]) if isinstance(criteria, dict) else "",
        learning_outcomes=tuple(_text(result["name"]) for result in results if isinstance(result, dict))
        if isinstance(results, list)
        else (),
        ects_tenths=10 * credits_available if isinstance(credits_available, int) else 0,
        eqf_level=6,
        assessment=Concept("urn:example:assessment:project", "Project, defended before examiners"),
        participation=Concept("urn:example:participation:blended", "Blended"),
        quality_assurance=Concept(
            "urn:example:quality-assurance:institutional", "Institutional accreditation"
        ),
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text in the achievement, found {type(value).__name__}")
    return value
