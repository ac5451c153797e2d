"""Domains: each its own, each hash as the docstring says."""

import hashlib

from registry.primitives.digest import Domain, sha256, tagged


def test_sha256() -> None:
    assert sha256(b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_tagged_hashes_the_domain_a_zero_byte_and_the_parts() -> None:
    assert tagged(Domain.BLOCK, b"a", b"bc") == hashlib.sha256(b"matricula/block/v1\x00abc").digest()


def test_no_two_domains_can_be_confused() -> None:
    domains = [value for name, value in vars(Domain).items() if not name.startswith("_")]
    assert len(set(domains)) == len(domains)
    assert all(domain.startswith(b"matricula/") and b"\x00" not in domain for domain in domains)
