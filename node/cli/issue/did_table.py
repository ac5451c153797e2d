"""A DID as a table: its keys, what each is for, and the periods in which each counts."""

from api.credentials.multikey import base58_encode
from node.cli.asking.proved import Known, source_lines
from node.cli.terminal.console import Output
from node.wording.screen import table
from node.wording.times import format_time
from registry.records.did import Did, Key, KeyState, Purpose

PURPOSE_NAMES = {
    Purpose.ASSERTION_METHOD: "assertionMethod",
    Purpose.CAPABILITY_INVOCATION: "capabilityInvocation",
}


def show_did(output: Output, known: Known, at_ms: int | None) -> None:
    """Print a DID as it was in force at T, by default at the time of the proof."""
    body: Did | None = known.body
    if body is None:
        output.result(known.document(), [known.absence(), *source_lines(known.checked)])
        return
    in_force_ms = known.as_of_ms if at_ms is None else at_ms
    state = body.state_at(in_force_ms)
    output.result(
        {
            **known.document(),
            "atMs": in_force_ms,
            "state": _name(state),
            "keys": [
                {
                    "key": f"{known.id}#{key.fragment}",
                    "purpose": PURPOSE_NAMES[key.purpose],
                    "publicKeyMultibase": base58_encode(key.multikey),
                    "state": _name(key.state_at(in_force_ms)),
                    "compromisedSinceMs": key.compromised_since_ms,
                }
                for key in body.keys
            ],
        },
        [
            f"state       {_name(state)} at {format_time(in_force_ms)}",
            f"sponsor     {body.sponsor}",
            f"controller  {body.controller or 'itself'}",
            f"domain      {_domain(known.id, body)}",
            *_public_keys(body),
            *source_lines(known.checked),
        ],
        table(
            known.id,
            ("key", "signs", "state", "periods"),
            [
                (
                    f"#{key.fragment}",
                    "credentials" if key.purpose is Purpose.ASSERTION_METHOD else "transactions",
                    _name(key.state_at(in_force_ms)),
                    _periods(key),
                )
                for key in body.keys
            ],
        ),
    )


def _public_keys(body: Did) -> list[str]:
    return [f"public key  {base58_encode(key.multikey)} #{key.fragment}" for key in body.keys]


def _periods(key: Key) -> list[str]:
    return [f"{_name(period.state)} since {format_time(period.since_ms)}" for period in key.periods]


def _name(state: KeyState | object | None) -> str:
    return "not yet" if state is None else str(getattr(state, "name", state)).lower()


def _domain(did: str, body: Did) -> str:
    if not did.startswith("did:web:"):
        return "none"
    if body.domain_attested_by is None:
        return "not attested by another member yet"
    return f"attested by {body.domain_attested_by}"
