"""The commands of the guide for issuers, run as they are written, from the first to the last."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.node.cli.conftest import PASSPHRASE, Registrar
from tests.node.cli.issue.test_current_key import settings

GUIDE = Path(__file__).parents[4] / "docs" / "issuing.md"
ELSEWHERE = "Before you begin"
"""The section about a machine without settings; other tests name nodes."""
BEFORE_THE_END = "Proof for others"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
ASK_FIRST = ("withdraw", "deactivate", "set")


def commands_by_section() -> dict[str, list[str]]:
    """The lines of each section's examples that call the program."""
    sections = re.split(r"^## ", GUIDE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {
        section.partition("\n")[0]: [
            re.sub(r"\s{2,}#.*", "", line)
            for block in re.findall(r"```\n(.*?)```", section, re.DOTALL)
            for line in block.splitlines()
            if line.startswith("matricula ")
        ]
        for section in sections
    }


class Reader:
    """Somebody who types what the guide says, with the DID that they were given in place of its dots, and the
    root that was anchored in place of ROOT.
    """

    def __init__(self, registrar: Registrar) -> None:
        self.registrar = registrar
        self.did = ""
        self.root = ""

    async def type(self, line: str) -> None:
        """One line, as a shell would read it; it has to succeed."""
        words, redirected = self._read(line)
        ran = await self.registrar.run(*words)
        assert ran.code == 0, (line, ran)
        if redirected:
            keep(redirected, ran.out)
        if words[:2] == ["did", "register"]:
            self.did = ran.out.split()[1]
        if words[0] == "anchor":
            self.root = ran.out.partition(" under ")[2].split()[0]

    def _read(self, line: str) -> tuple[list[str], str]:
        line = line.replace("did:matricula:…", self.did).replace("/ROOT", f"/{self.root}")
        line, _, redirected = line.partition(" > ")
        line = line.replace("$AS", f"--key registrar-keys --as {self.did}")
        words = [word for written in shlex.split(line)[1:] for word in expanded(written)]
        return words + ["--yes"] * (words[1] in ASK_FIRST), redirected.strip()


def expanded(word: str) -> list[str]:
    """What a shell makes of a pattern."""
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


def keep(name: str, text: str) -> None:
    """A file in the reader's folder."""
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text)


async def test_the_guide_for_issuers_can_be_followed(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATRICULA_CONFIG", str(settings(registrar) / "node.toml"))
    monkeypatch.setenv("MATRICULA_PASSPHRASE", PASSPHRASE.decode())
    keep("transcript.schema.json", json.dumps({"$schema": DRAFT, "$id": "urn:example:transcript:1.0.0"}))
    keep("indices.txt", "23\n42\n")
    sections = commands_by_section()
    del sections[ELSEWHERE]
    middle = sections.pop(BEFORE_THE_END)
    reader = Reader(registrar)
    for section, lines in sections.items():
        for line in middle if section == "Changing keys" else ():
            await reader.type(line)
        for line in lines:
            await reader.type(line)
    assert sum(map(len, sections.values())) + len(middle) > 25
