"""The verifier alone: in a process that can import the standard library, pynacl, cbor2 and what those two
need, nothing else.

The test's own process encodes an answer and trust; the other verifies them and prints the verdict.
"""

import json
import subprocess
import sys
import sysconfig
from dataclasses import replace
from pathlib import Path

from api.answer.encoding import Answer, encode_answer
from api.answer.question import RecordQuestion
from tests.api.verifier.signed import finalization, header_over, validators
from tests.registry.recorded import Registry

ROOT = Path(__file__).parents[3]

PROGRAM = """
import importlib.abc, json, sys

root, packages = sys.argv[1:]
ALLOWED = {"nacl", "cbor2", "cffi", "_cffi_backend", "pycparser", "typing_extensions"}
OURS = {"api", "consensus", "registry"}

class Gate(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED | OURS | sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not among the verifier's dependencies")

sys.path += [root, packages]
sys.meta_path.insert(0, Gate())

try:
    import aiohttp
except ModuleNotFoundError:
    pass
else:
    raise SystemExit("the gate is open")

from api.answer.question import RecordQuestion
from api.verifier.answer import verify_encoded
from consensus.light_client import AnchoredBy, Trust
from registry.primitives.validator_set import ValidatorSet

given = json.load(sys.stdin)
validators = ValidatorSet.decode(bytes.fromhex(given["validators"]))
trust = Trust(bytes.fromhex(given["genesis_hash"]), 0, validators, 0, AnchoredBy.GENESIS)
verdict = verify_encoded(
    bytes.fromhex(given["answer"]),
    trust,
    question=RecordQuestion("did", "did:web:a.example"),
    now_ms=given["now_ms"],
)
impure = sorted({"asyncio", "socket", "ssl", "threading", "logging"} & set(sys.modules))
print(json.dumps([verdict.outcome, verdict.code, verdict.as_of_ms, impure]))
"""


def verdict_of(answer: Answer, now_ms: int) -> object:
    given = {
        "genesis_hash": answer.header.genesis_hash.hex(),
        "validators": validators().encode().hex(),
        "answer": encode_answer(answer).hex(),
        "now_ms": now_ms,
    }
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(ROOT), sysconfig.get_path("platlib")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_an_answer_is_verified_with_pynacl_and_cbor2_alone() -> None:
    registry = Registry()
    registry.write("did", "did:web:a.example", b"body")
    header = header_over(registry.committed())
    proof = registry.prove_record("did", "did:web:a.example")
    answer = Answer(1, RecordQuestion("did", "did:web:a.example"), proof, header, finalization(header))
    assert verdict_of(answer, header.time_ms) == ["valid", None, header.time_ms, []]
    lie = replace(answer, certificate=finalization(header, (0, 1)))
    assert verdict_of(lie, header.time_ms) == ["invalid", "no-quorum", None, []]
