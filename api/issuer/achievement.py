"""A micro-credential to be awarded, from an achievement of Open Badges.

The achievement's title, description, criteria, results and credits are kept; what the EU's Annex I asks for
beyond Open Badges 3.0 is added.
"""

from typing import Final

from api.credentials.document import Document, Json
from api.credentials.open_badges import Concept, MicroCredential

OWN: Final[Document] = {
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
"""An achievement of our own, for templates and demonstrations."""


def micro_credential_of(achievement: Document) -> MicroCredential:
    """What is awarded for an achievement. Raises KeyError and TypeError where a text is missing."""
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
