"""How a network begins: each institution founds its node, then all agree on one genesis document.

1. `found_node` makes a folder with three keys, an empty store with the vote guard born with its key,
   settings, and a founding file: the public facts of the institution and its node. Secrets never leave the
   folder.
2. Somebody collects the founding files and draws up the genesis document (`draw_up_genesis`); the order of
   the files does not matter.
3. Everybody compares the document's fingerprint by voice, puts it beside the settings, and starts.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from api.credentials.multikey import key_of_text, key_text
from node.files.bounded import object_of_kind, read_file
from node.files.durable import write_whole
from node.files.expected import FOUNDING
from node.files.keystore import MODERATE, GuessCost, KeyPurpose, Passphrase, create_key
from node.setup.config import INSTITUTION_FRAGMENT, DidText, Multiaddr, Text
from node.setup.settings_faults import what_is_wrong
from node.storage.guard_records import create_guarded_key
from node.storage.store import Store
from node.transport.addresses import host_and_port
from node.transport.peer_id import peer_id_of
from node.wording.explained import Explained
from registry.genesis import VERSION, GenesisDocument, GenesisMember
from registry.kinds.member.record import Name
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.roles import Role
from registry.ruleset import CURRENT

FORMAT = "matricula/founding/1"
SETTINGS_FILE = "node.toml"
FOUNDING_FILE = "founding.json"
GENESIS_FILE = "genesis.cbor"
KEYS_DIRECTORY = "keys"
DATA_DIRECTORY = "data"
LISTEN_PEERS = "/ip4/0.0.0.0/tcp/4001"
LISTEN_API = "127.0.0.1:8080"

Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", examples=["PT"])]
Language = Annotated[
    str, msgspec.Meta(pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35, examples=["en"])
]
Multibase = Annotated[str, msgspec.Meta(pattern="^z[1-9A-HJ-NP-Za-km-z]{10,80}$")]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The public facts of an institution; `country` is an ISO 3166-1 code, `language` that of the name."""

    did: DidText
    name: Text
    country: Country
    language: Language = "en"
    region: Annotated[str, msgspec.Meta(max_length=64)] = ""


class FoundingMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an institution gives to whoever draws up the genesis document. Keys are multikeys in base58btc."""

    format: str
    profile: Profile
    institution_key: Multibase
    consensus_key: Multibase
    peer_id: Text
    addresses: Annotated[list[Multiaddr], msgspec.Meta(min_length=1, max_length=4)]


class FoundingError(Explained):
    """A founding file or a founding folder cannot be used."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where a node listens: the multiaddr for peers, host:port for HTTP, and what other nodes dial."""

    peers: str = LISTEN_PEERS
    api: str = LISTEN_API
    announced: tuple[str, ...] = ()


def found_node(
    folder: Path,
    profile: Profile,
    listen: Listen,
    passphrase: Passphrase,
    *,
    cost: GuessCost = MODERATE,
    passphrase_file: str | None = None,
    settings: str = "",
    made: Callable[[], object] = lambda: None,
) -> FoundingMember:
    """Make an institution's folder; `settings` is appended to its settings file, and `made` is called after
    each of the three keys, which take some seconds each.

    Raises FoundingError, and KeystoreError where a key is there already.
    """
    require_new(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys, data = folder / KEYS_DIRECTORY, folder / DATA_DIRECTORY
    keys.mkdir(mode=0o700)
    data.mkdir(mode=0o700)
    store = Store.create(data)
    try:
        consensus = create_guarded_key(store, keys / "consensus.key", passphrase, cost=cost)
    finally:
        store.close()
    made()
    peer = create_key(keys / "peer.key", KeyPurpose.PEER, passphrase, cost=cost)
    made()
    institution = create_key(keys / "institution.key", KeyPurpose.INSTITUTION, passphrase, cost=cost)
    made()
    member = FoundingMember(
        FORMAT,
        profile,
        key_text(institution),
        key_text(consensus),
        peer_id_of(peer),
        list(listen.announced or (listen.peers,)),
    )
    write_whole(
        folder / SETTINGS_FILE, _settings(profile, listen, passphrase_file, settings).encode(), replace=False
    )
    write_whole(
        folder / FOUNDING_FILE,
        msgspec.json.format(msgspec.json.encode(member), indent=2) + b"\n",
        replace=False,
    )
    return member


def require_new(folder: Path) -> None:
    """Raises FoundingError where something is in the folder's place already; it may be there and empty."""
    if folder.is_file():
        raise FoundingError("it is a file, not a folder", where=folder, do="name a new folder")
    if folder.exists() and any(folder.iterdir()):
        raise FoundingError(
            "the folder is not empty",
            where=folder,
            do="name a new folder; keys and a ledger are never overwritten",
        )


def read_founding_file(path: Path) -> FoundingMember:
    """An institution's founding file. Raises FoundingError, WrongFile, SilentPipe, OSError."""
    try:
        content = read_file(path, FOUNDING)
    except FileNotFoundError as error:
        raise FoundingError("there is no founding file", where=path, do=FOUNDING.get) from error
    document = object_of_kind(content, FOUNDING, path)
    if document["format"] != FORMAT:
        raise FoundingError(
            f"a founding file of format {document['format']!r}", where=path, do=f"this version reads {FORMAT}"
        )
    try:
        member = msgspec.convert(document, FoundingMember)
        for key in (member.institution_key, member.consensus_key):
            if not ed25519.is_public_key(key_of_text(key)):
                raise ValueError(f"{key} of {member.profile.did} is no Ed25519 public key")
        for address in member.addresses:
            host_and_port(address)
    except (msgspec.ValidationError, ValueError) as error:
        what = f"the founding file was changed: {what_is_wrong(str(error))}"
        raise FoundingError(what, where=path, do=FOUNDING.get) from error
    return member


def draw_up_genesis(
    name: str,
    kind: NetworkKind,
    time_ms: int,
    members: list[FoundingMember],
    parameters: Parameters | None = None,
) -> GenesisDocument:
    """The document that all founding members give, one validator each.

    Raises `Malformed` where two of them contradict each other.
    """
    ordered = sorted(members, key=lambda member: member.profile.did)
    return GenesisDocument(
        version=VERSION,
        name=name,
        kind=kind,
        time_ms=time_ms,
        ruleset=CURRENT.number,
        parameters=parameters or Parameters(),
        members=tuple(_genesis_member(member) for member in ordered),
        validators=ValidatorSet(
            tuple(
                Validator(
                    key_of_text(member.consensus_key),
                    member.peer_id,
                    tuple(member.addresses),
                    member.profile.did,
                )
                for member in ordered
            )
        ),
    )


def _genesis_member(member: FoundingMember) -> GenesisMember:
    profile = member.profile
    return GenesisMember(
        did=profile.did,
        names=(Name(profile.language, profile.name),),
        country=profile.country,
        region=profile.region,
        identifiers=(),
        roles=(Role.OPERATOR, Role.ISSUER),
        fragment=INSTITUTION_FRAGMENT,
        key=ed25519.to_multikey(key_of_text(member.institution_key)),
        recovery_key=None,
    )


def _settings(profile: Profile, listen: Listen, passphrase_file: str | None, more: str) -> str:
    """The settings file. JSON strings are TOML basic strings."""
    passphrase = f"passphrase_file = {json.dumps(passphrase_file)}\n" if passphrase_file else ""
    return f"""\
# What each setting means: docs/configuration.md

[institution]
name = {json.dumps(profile.name)}
did = {json.dumps(profile.did)}

[storage]
directory = "{DATA_DIRECTORY}"

[keys]
directory = "{KEYS_DIRECTORY}"
{passphrase}
[network]
genesis = "{GENESIS_FILE}"
listen = {json.dumps(listen.peers)}

[api]
listen = {json.dumps(listen.api)}
{more}"""
