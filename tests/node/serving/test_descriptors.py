"""Who gets how many descriptors: what the node needs comes first, clients get the rest."""

import os
import resource
from pathlib import Path

import pytest

from node.serving import descriptors
from node.serving.descriptors import Shares, TooFewDescriptors, count_open, raise_limit, share_out


@pytest.mark.parametrize(
    ("limit", "peers", "shares"),
    [
        (512, 4, Shares(512, 64, 36, 18)),
        (1_024, 4, Shares(1_024, 128, 484, 242)),
        (1_024, 16, Shares(1_024, 128, 484, 242)),
        (1_024, 64, Shares(1_024, 128, 292, 146)),
        (4_096, 4, Shares(4_096, 512, 3_172, 512)),
        (65_536, 4, Shares(65_536, 8_192, 8_192, 512)),
    ],
)
def test_clients_get_what_the_node_does_not_need(limit: int, peers: int, shares: Shares) -> None:
    assert share_out(limit, peers) == shares


@pytest.mark.parametrize(("limit", "peers", "needed"), [(128, 4, 492), (491, 4, 492), (600, 64, 684)])
def test_too_low_a_limit_is_refused_with_what_is_needed(limit: int, peers: int, needed: int) -> None:
    with pytest.raises(TooFewDescriptors) as refused:
        share_out(limit, peers)
    assert (refused.value.limit, refused.value.needed) == (limit, needed)
    assert share_out(needed, peers).clients == descriptors.CLIENTS_LEAST


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1_024, 4_096, 4_096),
        (1_024, 1_000_000, 65_536),
        (1_024, resource.RLIM_INFINITY, 65_536),
        (128, 128, 128),
        (200_000, 200_000, 200_000),
    ],
)
def test_the_soft_limit_is_raised(soft: int, hard: int, raised: int, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [soft, hard]
    monkeypatch.setattr(resource, "getrlimit", lambda _: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: limits.__setitem__(slice(None), both))
    assert raise_limit() == raised
    assert limits == [raised, hard]


def test_a_system_that_does_not_permit_it_keeps_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("not allowed")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert raise_limit() == 256


def test_open_ones_are_counted() -> None:
    before = count_open()
    with Path(os.devnull).open(), Path(os.devnull).open():
        assert count_open() == before + 2
