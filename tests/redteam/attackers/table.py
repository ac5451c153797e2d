"""All attackers, in the order in which they are tried."""

from collections.abc import Mapping
from typing import Final

from tests.redteam.attacker import Attacker
from tests.redteam.attackers import (
    attachments,
    blocks,
    everything,
    leaders,
    links,
    malformed,
    outside,
    questions,
    transactions,
    votes,
)

ATTACKERS: Final[Mapping[str, type[Attacker]]] = {
    attacker.name: attacker
    for attacker in (
        attachments.WithheldAttachments,
        attachments.EndlessAttachments,
        blocks.UnaskedBlocks,
        questions.GetCertificatesFlood,
        questions.GetBlockFlood,
        questions.StatusFlood,
        questions.GetStatusFlood,
        questions.RangesFromTheStart,
        questions.BulkQuestions,
        blocks.OldCertificates,
        blocks.StaleProposals,
        votes.WindowVotes,
        votes.Equivocation,
        leaders.LateLeader,
        leaders.FutureLeader,
        leaders.OneNodeOnly,
        leaders.TwoBlocks,
        malformed.JunkCertificates,
        malformed.DeepCbor,
        transactions.Expired,
        transactions.UnknownSigner,
        transactions.BadSignature,
        transactions.Heavy,
        transactions.EmptyFrames,
        links.HalfOpenStreams,
        links.SlowReader,
        links.Flapping,
        outside.Knocking,
        outside.AbortedPolls,
        outside.SlowClients,
        outside.JunkFromClients,
        everything.Everything,
    )
}
