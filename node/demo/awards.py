"""What the demonstration awards: a micro-credential for an achievement of the public Open Badges examples;
without the example's file, for one of our own.
"""

from pathlib import Path

from api.credentials.document import load
from api.credentials.open_badges import Learner, MicroCredential
from api.issuer.achievement import OWN, micro_credential_of

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


def micro_credential(vectors: Path | None) -> tuple[MicroCredential, bool]:
    """The micro-credential, and whether it is that of the public example found under `vectors`."""
    example = vectors / EXAMPLE if vectors else None
    if example is None or not example.is_file():
        return micro_credential_of(OWN), False
    subject = load(example.read_bytes())["credentialSubject"]
    achievement = subject["achievement"] if isinstance(subject, dict) else None
    if not isinstance(achievement, dict):
        raise ValueError(f"{example} holds no achievement")
    return micro_credential_of(achievement), True
