"""The policy that a command is given, by name or in a file, and what is wrong with one."""

from pathlib import Path

import pytest

from api.verifier.credential.policy import SHIPPED, shipped_policy, shipped_text
from node.cli.issue.credential.policy_file import policy_of
from node.wording.explained import Explained
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.credential.test_command import written
from tests.node.cli.issue.credential.test_verify import signed_by


@pytest.mark.parametrize("name", SHIPPED)
def test_a_policy_by_name_and_its_copy(name: str, tmp_path: Path) -> None:
    assert policy_of(name) == shipped_policy(name)
    copy = tmp_path / "mine.toml"
    copy.write_text(shipped_text(name), "utf-8-sig")
    assert policy_of(str(copy)) == shipped_policy(name)


def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(shipped_text("employer").replace('["issuer"]', '["isuer"]'))
    with pytest.raises(Explained) as refused:
        policy_of(str(file))
    line = next(
        number for number, text in enumerate(file.read_text().splitlines(), 1) if text.startswith("must")
    )
    assert refused.value.where == f"{file}, line {line}, key must_be_valid"
    assert refused.value.what == (
        "a key of the policy has a value that is not permitted: must_be_valid is 'isuer', and must be a list "
        "of any of issuer, schema, anchor, holder, names"
    )
    with pytest.raises(Explained) as missing:
        policy_of("imployer")
    assert missing.value.do == "give a file, or one of employer, admissions, professional-development"


async def test_a_policy_of_ones_own_decides(registrar: Registrar) -> None:
    (one,) = await signed_by(registrar)
    file = written(registrar.folder / "one.json", one)
    policy = registrar.folder / "mine.toml"
    policy.write_text('name = "mine"\nmust_be_valid = ["holder"]\nproofs = 1\n')
    ran = await registrar.run("credential", "verify", file, *registrar.asking, "--policy", policy, "--json")
    assert (ran.code, ran.json["outcome"], ran.json["policy"]) == (1, "indeterminate", "mine")
    people = await registrar.run("credential", "verify", file, *registrar.asking, "--policy", "nobody's")
    assert (people.code, people.error[0]) == (1, "there is no policy of this name, and no such file")
