"""The scenario of the golden ledgers: every operation, in company and alone, and what can
surprise."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from registry.attachments import Attachment
from registry.build import TransactionBuilder
from registry.execution import ExecutionResult, execute
from registry.genesis import GenesisDocument, genesis_block_state
from registry.kinds.did.record import Service
from registry.kinds.schema.record import ReleaseState
from registry.kinds.status_list.record import StatusPurpose
from registry.ruleset import Ruleset
from tests.registry.golden import Golden, Step, hash_of
from tests.registry.kinds import all_examples
from tests.registry.network import AGENCY, ASSERT, DOCUMENT, INVOKE, UNIVERSITY, Network, Signed, owned

DIALECT = b'"https://json-schema.org/draft/2020-12/schema"'
FIRST = Attachment(b"1" * 16, b'{"$id":"https://university.example/diploma/1","$schema":' + DIALECT + b"}")
SECOND = Attachment(b"2" * 16, b'{ "$schema":' + DIALECT + b', "$id":"\\u0064iploma", "x":[1e400,-0.0,{}] }')
SEAL = bytes(range(32))


class Recorder(Network):
    """A network that remembers what it was given."""

    def __init__(self, document: GenesisDocument) -> None:
        super().__init__(document)
        self.steps: list[Step] = []

    def block(self, *writers: Callable[[], Signed]) -> None:
        """The next block, with the transaction of each writer."""
        transactions = tuple(writer().bytes() for writer in writers)
        context = self.context
        outcome = execute(self.state, context, transactions, self.held.get)
        assert isinstance(outcome, ExecutionResult), outcome
        self.steps.append(Step(context, transactions, outcome.roots, hash_of(outcome.writes)))
        self.commit(*transactions)


def record(ruleset: Ruleset) -> Golden:
    """The golden ledger of a ruleset, made anew."""
    document = replace(DOCUMENT, ruleset=ruleset.number)
    network = Recorder(document)
    issuer, library = _register(network)
    _publish(network, issuer)
    _play(network, issuer)
    _change_keys(network, issuer, library)
    if any(kind.name == "pending" for kind in ruleset.kinds):
        _approve(network, issuer)
    return Golden(
        genesis=document.encode(),
        genesis_writes_hash=hash_of(genesis_block_state(document).writes),
        attachments=network.held,
        steps=tuple(network.steps),
    )


def _register(network: Recorder) -> tuple[str, str]:
    registered: list[str] = []

    def derived() -> Signed:
        signed = network.signed_by(UNIVERSITY)
        services = (Service("site", "LinkedDomains", "https://university.example/"),)
        keys = [owned("issuer"), owned("credentials", ASSERT, "key-2")]
        registered.append(signed.build.register_did(UNIVERSITY, keys, services=services, seals=(SEAL,)))
        return signed

    def named() -> Signed:
        signed = network.signed_by(AGENCY)
        did = "did:web:library.example%3A8443:Catalogue"
        keys = [owned("library"), owned("library's second", INVOKE, "key-2")]
        registered.append(signed.build.register_did(AGENCY, keys, did=did, controller=UNIVERSITY))
        return signed

    network.block()
    network.block(derived, named)
    issuer, library = registered
    return issuer, library


def _publish(network: Recorder, issuer: str) -> None:
    def lists() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        signed.build.create_status_list(issuer, "revoked", StatusPurpose.REVOCATION)
        signed.build.create_status_list(issuer, "suspended", StatusPurpose.SUSPENSION, 193 * 1_024)
        signed.build.create_status_list(issuer, "renewed", StatusPurpose.REFRESH)
        signed.build.set_status(issuer, "revoked", [0, 1, 1_023, 1_024, 131_071])
        return signed

    def schemas() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        signed.build.publish_schema(issuer, "diploma", "1.0.0", FIRST)
        signed.build.publish_schema(issuer, "diploma", "2.0.0-rc.1", SECOND)
        signed.build.set_schema_state(issuer, "diploma", "1.0.0", ReleaseState.DEPRECATED)
        return signed

    def suspension() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        signed.build.set_status(issuer, "suspended", range(0, 193 * 1_024, 4_099))
        return signed

    def back() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        signed.build.set_status(issuer, "suspended", [192 * 1_024], [0, 4_099])
        signed.build.set_status(issuer, "suspended", [1], [192 * 1_024])
        return signed

    def anchors() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        for number in range(5):
            signed.build.anchor(issuer, bytes([number]) * 32, number + 1)
        return signed

    def withdrawal() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        signed.build.set_schema_state(issuer, "diploma", "1.0.0", ReleaseState.WITHDRAWN)
        return signed

    network.block(lists, schemas)
    network.block(suspension, anchors)
    network.block(back, withdrawal)


def _play(network: Recorder, issuer: str) -> None:
    """What the kinds bring themselves, those for which nothing stands here: a transaction of each."""

    def writer(play: Callable[[TransactionBuilder, str], object]) -> Signed:
        signed = network.signed_by(issuer, "issuer")
        play(signed.build, issuer)
        return signed

    plays = [
        examples.play
        for examples in all_examples()
        if examples.play is not None and examples.kind in network.ruleset.kinds
    ]
    if plays:
        network.block(*(partial(writer, play) for play in plays))


def _change_keys(network: Recorder, issuer: str, library: str) -> None:
    def rotation() -> Signed:
        signed = network.signed_by(issuer, "issuer")
        signed.build.rotate_key(issuer, "key-1", owned("issuer's next", INVOKE, "key-3"))
        signed.build.add_key(issuer, owned("more credentials", ASSERT, "key-4"))
        return signed

    def report() -> Signed:
        signed = network.signed_by(f"{issuer}#key-3", "issuer's next")
        signed.build.report_compromised(issuer, "key-2", network.time_ms - 1_500)
        signed.build.retire_key(issuer, "key-4")
        return signed

    def end() -> Signed:
        signed = network.signed_by(UNIVERSITY)
        signed.build.retire_key(library, "key-2")
        signed.build.update_did(
            library, services=(Service("s", "LinkedDomains", "https://library.example/"),)
        )
        signed.build.deactivate_did(library)
        return signed

    network.block(rotation)
    network.block(report, end)
    network.block()


def _approve(network: Recorder, issuer: str) -> None:
    """Two proposals: one completed by a second key in a later block, one withdrawn."""

    def proposal(name: str) -> Signed:
        signed = network.signed_by(f"{issuer}#key-3", "issuer's next")
        signed.build.set_status(issuer, "revoked", range(2_000))
        signed.build.propose(issuer, name, network.next_time_ms + 60_000)
        return signed

    def second_key() -> Signed:
        signed = network.signed_by(f"{issuer}#key-3", "issuer's next")
        signed.build.add_key(issuer, owned("issuer's second", INVOKE, "key-5"))
        return signed

    def approval() -> Signed:
        signed = network.signed_by(f"{issuer}#key-5", "issuer's second")
        signed.build.approve(issuer, "recall")
        return signed

    def withdrawal() -> Signed:
        signed = network.signed_by(f"{issuer}#key-5", "issuer's second")
        signed.build.withdraw(issuer, "mistake")
        return signed

    network.block(second_key, partial(proposal, "recall"), partial(proposal, "mistake"))
    network.block(approval, withdrawal)
