"""Hosts and ports: what can be meant, and what nobody can listen at or dial."""

import pytest

from node.wording.hosts import (
    WrongAddress,
    check_host,
    check_host_to_dial,
    host_port,
    host_port_to_listen_at,
    port_to_dial,
    port_to_listen_at,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("[::1]:1", ("::1", 1)),
        ("node_1.example.edu.:65535", ("node_1.example.edu.", 65_535)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_a_host_and_a_port(written: str, expected: tuple[str, int]) -> None:
    assert host_port_to_listen_at(written) == expected
    assert host_port(*expected) == written


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("127.0.0.1:65536", "there is no port '65536'"),
        ("127.0.0.1:99999", "there is no port '99999'"),
        ("127.0.0.1:08080", "there is no port '08080'"),
        ("127.0.0.1:", "there is no port ''"),
        ("127.0.0.1:٣", "there is no port '٣'"),
        ("127.0.0.1:-1", "there is no port '-1'"),
        ("127.1:80", "'127.1' is neither an IP address nor a host name"),
        ("1270.0.1:80", "'1270.0.1' is neither an IP address nor a host name"),
        ("node.0x7f:80", "'node.0x7f' is neither an IP address nor a host name"),
        ("-:80", "'-' is neither an IP address nor a host name"),
        (":80", "'' is neither an IP address nor a host name"),
        ("a..b:80", "'a..b' is neither an IP address nor a host name"),
        (f"{'a' * 64}:80", f"'{'a' * 64}' is neither an IP address nor a host name"),
        ("[:::::]:80", "':::::' is no IPv6 address"),
        ("[127.0.0.1]:80", "'127.0.0.1' is no IPv6 address"),
    ],
)
def test_what_nobody_listens_at(written: str, what: str) -> None:
    with pytest.raises(WrongAddress) as caught:
        host_port_to_listen_at(written)
    assert caught.value.what == what


def test_a_long_text_is_cut() -> None:
    with pytest.raises(WrongAddress) as caught:
        check_host("é" * 10_000)
    assert caught.value.what == f"'{'é' * 100}' is neither an IP address nor a host name"


def test_port_0_is_for_the_system_to_choose_and_is_never_dialled() -> None:
    assert port_to_listen_at("0") == 0
    with pytest.raises(WrongAddress) as caught:
        port_to_dial("0")
    assert caught.value.do == "a port is a number from 1 to 65535"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "224.0.0.1", "ff02::1"])
def test_an_address_of_no_one_machine_is_not_dialled(host: str) -> None:
    check_host(host)
    with pytest.raises(WrongAddress, match="nobody can dial it"):
        check_host_to_dial(host)
