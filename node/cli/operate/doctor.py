"""`matricula doctor`: what is wrong, and what to do about it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated

import typer

from node.cli.arguments.commands import single
from node.cli.arguments.options import DEFAULT_CONFIG, ConfigFile, JsonOption
from node.cli.asking.connection import NodeUrls, node_url
from node.cli.explanations import FOREIGN, explain
from node.cli.operate.backup_age import record_backup
from node.cli.operate.checks import Diagnosis, Severity, problem
from node.cli.operate.checks.clocks import check_clocks
from node.cli.operate.checks.ledger import Start, check_ledger, how_to_start, is_running, start_voting
from node.cli.operate.checks.listed import check_listed
from node.cli.operate.checks.machine import check_backup, check_disk, check_genesis, check_keys
from node.cli.operate.checks.network import check_node, check_peers, read_addresses
from node.cli.operate.checks.process import check_limit
from node.cli.terminal.console import Output
from node.links.whereabouts import Whereabouts
from node.process import clock
from node.setup.config import LoadedConfig, load_config
from node.setup.genesis_file import read_genesis
from node.wording.explained import Explained
from registry.genesis import GenesisDocument

_MAX_TOLD = 256


def doctor(
    config: ConfigFile = DEFAULT_CONFIG,
    node: NodeUrls = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every row of a stopped node's ledger.")
    ] = False,
    backed_up: Annotated[
        bool, typer.Option("--backed-up", help="Only note that a backup was made now, by other means.")
    ] = False,
    json: JsonOption = False,
) -> int:
    """Examine the node: keys, disk, backups, ledger and vote guard, clock, health, and the other nodes.

    It works with the node running, and with it stopped, when it looks into the ledger as well. Name other
    nodes with --node to compare clocks. The exit code is 1 if there is a problem.
    """
    output = Output(json)
    others = list(dict.fromkeys(map(node_url, node or [])))
    loaded = load_config(config)
    if backed_up:
        record_backup(loaded)
        output.result({"backedUpMs": clock.now_ms()}, ["noted: backed up now"])
        return 0
    with output.busy("Looking …"):
        findings = list(_examine(loaded, others, thorough))
    count = Counter(finding.level for finding in findings)
    problems, warnings = count[Severity.PROBLEM], count[Severity.WARNING]
    output.result(
        {
            "problems": problems,
            "warnings": warnings,
            "findings": [
                {"check": finding.check, "level": finding.level.value, "what": finding.what, "do": finding.do}
                for finding in findings
            ],
        },
        [
            *(line for finding in findings for line in _lines(finding)),
            "",
            f"problems: {problems}, warnings: {warnings}",
        ],
    )
    return 1 if problems else 0


def _examine(config: LoadedConfig, others: list[str], thorough: bool) -> Iterator[Diagnosis]:
    """What each check finds. One that cannot be made hides nothing that another one would find."""
    time_ms, document, start = clock.now_ms(), None, start_voting(config)
    try:
        document = read_genesis(config.path(config.settings.network.genesis))
    except (Explained, OSError) as error:
        yield _not_made("genesis", error)
    else:
        yield check_genesis(config, document)
    yield from _alone("keys", partial(check_keys, config, document))
    if document is not None:
        yield from _alone("keys", partial(check_listed, config, document))
    yield from _alone("disk", lambda: [check_disk(config)])
    yield from _alone("backup", lambda: [check_backup(config, time_ms)])
    running = is_running(config)
    if not running:
        yield from _alone("process", partial(check_limit, document))
        ledger = list(_alone("ledger", partial(check_ledger, config, document, time_ms, thorough=thorough)))
        yield from ledger
        start = how_to_start(config, ledger)
    yield from asyncio.run(_examine_network(config, document, others, start, running=running))


async def _examine_network(
    config: LoadedConfig,
    document: GenesisDocument | None,
    others: list[str],
    start: Start,
    *,
    running: bool | None,
) -> list[Diagnosis]:
    network = config.settings.network
    own = config.settings.institution.did
    unread: list[Diagnosis] = []
    looked = await asyncio.gather(
        check_node(config, document, running=running, start=start),
        check_clocks(others),
        return_exceptions=True,
    )
    node, clocks = looked
    findings, health = (_failed("node", node), None) if isinstance(node, BaseException) else node
    peers: list[Diagnosis] = []
    if document is not None:
        validators = [validator for validator in document.validators.validators if validator.member != own]
        whereabouts = Whereabouts(
            document.genesis_hash, "", overrides=network.overrides, wall_ms=clock.now_ms
        )
        whereabouts.list(validator.peer_id for validator in validators)
        unread = list(read_addresses(config, whereabouts))
        quorum = document.validators.quorum
        dialling = check_peers(validators, quorum, whereabouts.addresses_of, health, votes=start.votes)
        (dialled,) = await asyncio.gather(dialling, return_exceptions=True)
        peers = _failed("peers", dialled) if isinstance(dialled, BaseException) else dialled
    finding = _failed("clock", clocks) if isinstance(clocks, BaseException) else clocks
    return [*unread, *findings, *finding, *peers]


def _failed(check: str, error: BaseException) -> list[Diagnosis]:
    """What is said of one of several checks that could not be made: a defect in it hides nothing of the
    others."""
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, (Explained, *FOREIGN)):
        return [_not_made(check, error)]
    what = f"this check failed: {type(error).__name__}: {str(error)[:_MAX_TOLD]}"
    return [problem(check, what, "this is a defect of the command: report it with this line")]


def _alone(check: str, look: Callable[[], Iterable[Diagnosis]]) -> Iterator[Diagnosis]:
    """What a check finds; where it cannot be made, that is what it finds."""
    try:
        yield from look()
    except (Explained, *FOREIGN) as error:
        yield _not_made(check, error)


def _not_made(check: str, error: Exception) -> Diagnosis:
    explanation = error if isinstance(error, Explained) else explain(error)
    return problem(check, f"this check failed: {explanation.what}: {explanation.where}", explanation.do)


def _lines(finding: Diagnosis) -> list[str]:
    line = f"{finding.level.value:<9}{finding.check:<10}{finding.what}"
    return [line, f"{'':<19}to do: {finding.do}"] if finding.do else [line]


command = single(doctor)
