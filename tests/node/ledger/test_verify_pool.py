"""The verify pool: each good signature is checked once, in bounded memory, and results keep their order."""

import hashlib
from collections.abc import Iterator

import pytest

from node.ledger.verify_pool import PIECE, VerifyPool
from registry.primitives import ed25519

SEED = hashlib.sha256(b"a signer").digest()
KEY = ed25519.public_key(SEED)


@pytest.fixture
def pool() -> Iterator[VerifyPool]:
    made = VerifyPool(ed25519.verify, remembered=8)
    yield made
    made.close()


def signed(number: int) -> tuple[bytes, bytes, bytes]:
    message = b"message %d" % number
    return KEY, message, ed25519.sign(SEED, message)


def test_a_good_signature_is_checked_once(pool: VerifyPool) -> None:
    assert [pool.verify(*signed(1)) for _ in range(3)] == [True] * 3
    assert pool.checked == 1


def test_a_bad_signature_is_refused_each_time_and_not_remembered(pool: VerifyPool) -> None:
    key, message, signature = signed(1)
    assert [pool.verify(key, message + b"!", signature) for _ in range(2)] == [False, False]
    assert pool.checked == 2


@pytest.mark.parametrize("change", [0, 1, 2], ids=["key", "message", "signature"])
def test_the_memory_covers_every_byte(pool: VerifyPool, change: int) -> None:
    parts = list(signed(1))
    assert pool.verify(*parts)
    parts[change] = parts[change][:-1] + bytes([parts[change][-1] ^ 1])
    assert not pool.verify(*parts)


def test_bytes_moved_from_one_part_to_another_are_not_the_same(pool: VerifyPool) -> None:
    key, message, signature = signed(1)
    assert pool.verify(key, message, signature)
    assert not pool.verify(key, signature[-1:] + message, signature[:-1])
    assert not pool.verify(key + signature[:1], message, signature[1:])


def test_the_memory_is_bounded_and_forgets_the_oldest(pool: VerifyPool) -> None:
    for number in range(24):
        pool.verify(*signed(number))
    assert pool.checked == 24
    pool.verify(*signed(23))
    assert pool.checked == 24
    pool.verify(*signed(0))
    assert pool.checked == 25


async def test_results_come_in_order(pool: VerifyPool) -> None:
    items = [signed(number) for number in range(3 * PIECE + 1)]
    items[5] = (KEY, b"forged", items[5][2])
    assert await pool.each(lambda item: pool.verify(*item), items) == [
        number != 5 for number in range(len(items))
    ]
    assert await pool.each(lambda item: pool.verify(*item), []) == []


async def test_a_failure_of_the_function_reaches_the_caller(pool: VerifyPool) -> None:
    def fail(_: int) -> bool:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await pool.each(fail, range(100))
