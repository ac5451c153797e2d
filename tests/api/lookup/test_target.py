"""Where a URL leads (rules T1 to T4)."""

import pytest

from api.lookup.fault import FetchError, FetchFault
from api.lookup.target import MAX_URL, Origin, origin_of, target_of

PERMITTED = {
    origin_of("http://10.0.0.5:8080"),
    origin_of("https://localhost:8443"),
    origin_of("https://[fd00::1]"),
    origin_of("http://intranet"),
}


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://lists.example", "https://lists.example/"),
        ("https://LISTS.example/A?b=c&d#e", "https://lists.example/A?b=c&d"),
        ("https://lists.example:443/a/../b%2F", "https://lists.example/a/../b%2F"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700::1111]/"),
        ("http://10.0.0.5:8080/list", "http://10.0.0.5:8080/list"),
        ("https://localhost:8443/list", "https://localhost:8443/list"),
        ("https://[FD00:0::1]/", "https://[fd00::1]/"),
        ("http://intranet/", "http://intranet/"),
    ],
)
def test_what_may_be_asked(url: str, sent: str) -> None:
    assert target_of(url, PERMITTED).url == sent


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("", FetchFault.NOT_A_URL),
        ("lists.example/a", FetchFault.NOT_A_URL),
        ("//lists.example/a", FetchFault.NOT_A_URL),
        ("https:lists.example", FetchFault.NOT_A_URL),
        ("https:///a", FetchFault.NOT_A_URL),
        (f"https://lists.example/{'a' * MAX_URL}", FetchFault.NOT_A_URL),
        ("https://lists.example/a b", FetchFault.NOT_A_URL),
        ("https://lists.example/\r\nX: y", FetchFault.NOT_A_URL),
        (" https://lists.example/", FetchFault.NOT_A_URL),
        ("https://lists.example\\.evil.example/", FetchFault.NOT_A_URL),
        ("https://bücher.example/", FetchFault.NOT_A_URL),
        ("https://lists。example/", FetchFault.NOT_A_URL),
        ("https://lists.example/[a]", FetchFault.NOT_A_URL),
        ("https://lists.example:0/", FetchFault.NOT_A_URL),
        ("https://lists.example:65536/", FetchFault.NOT_A_URL),
        ("https://lists.example:4 43/", FetchFault.NOT_A_URL),
        ("http://lists.example/", FetchFault.NOT_HTTPS),
        ("ftp://lists.example/", FetchFault.NOT_HTTPS),
        ("file:///etc/passwd", FetchFault.NOT_HTTPS),
        ("data:text/plain,a", FetchFault.NOT_HTTPS),
        ("http://10.0.0.5/", FetchFault.NOT_HTTPS),
        ("http://localhost:8443/", FetchFault.NOT_HTTPS),
        ("https://lists.example:8443/", FetchFault.OTHER_PORT),
        ("https://10.0.0.5:8080/", FetchFault.OTHER_PORT),
        ("https://a@lists.example/", FetchFault.USER_INFO),
        ("https://a:b@lists.example/", FetchFault.USER_INFO),
        ("https://@lists.example/", FetchFault.USER_INFO),
        ("https://8.8.8.8:443@127.0.0.1/", FetchFault.USER_INFO),
        ("https://lists.example./", FetchFault.HOST_MALFORMED),
        ("https://.lists.example/", FetchFault.HOST_MALFORMED),
        ("https://lists..example/", FetchFault.HOST_MALFORMED),
        ("https://-lists.example/", FetchFault.HOST_MALFORMED),
        ("https://lists%2eexample/", FetchFault.HOST_MALFORMED),
        (f"https://{'a' * 64}.example/", FetchFault.HOST_MALFORMED),
        (f"https://{'a.' * 130}example/", FetchFault.HOST_MALFORMED),
        ("https://2130706433/", FetchFault.HOST_MALFORMED),
        ("https://0x7f000001/", FetchFault.HOST_MALFORMED),
        ("https://0x7f.0.0.1/", FetchFault.HOST_MALFORMED),
        ("https://127.1/", FetchFault.HOST_MALFORMED),
        ("https://0177.0.0.1/", FetchFault.HOST_MALFORMED),
        ("https://127.0.0.0x1/", FetchFault.HOST_MALFORMED),
        ("https://lists.example.0x/", FetchFault.HOST_MALFORMED),
        ("https://1.2.3.4.5/", FetchFault.HOST_MALFORMED),
        ("https://256.1.1.1/", FetchFault.HOST_MALFORMED),
        ("https://[fe80::1%25eth0]/", FetchFault.HOST_MALFORMED),
        ("https://[::1]evil.example/", FetchFault.HOST_MALFORMED),
        ("https://[v1.a]/", FetchFault.HOST_MALFORMED),
        ("https://127.0.0.1/", FetchFault.PRIVATE_ADDRESS),
        ("https://0.0.0.0/", FetchFault.PRIVATE_ADDRESS),
        ("https://169.254.169.254/", FetchFault.PRIVATE_ADDRESS),
        ("https://100.64.0.1/", FetchFault.PRIVATE_ADDRESS),
        ("https://192.88.99.1/", FetchFault.PRIVATE_ADDRESS),
        ("https://224.0.0.1/", FetchFault.PRIVATE_ADDRESS),
        ("https://255.255.255.255/", FetchFault.PRIVATE_ADDRESS),
        ("https://[::]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[::127.0.0.1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[::ffff:10.0.0.1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[64:ff9b::7f00:1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[64:ff9b:1::808:808]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[2002:7f00:1::]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[2002:808:808::]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[2001:0:808:808::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[2001:db8::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[fe80::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[fc00::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[ff02::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[100::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://localhost/", FetchFault.PRIVATE_ADDRESS),
        ("https://intranet/", FetchFault.PRIVATE_ADDRESS),
    ],
)
def test_what_may_not(url: str, fault: FetchFault) -> None:
    with pytest.raises(FetchError) as raised:
        target_of(url, PERMITTED)
    assert raised.value.fault is fault


def test_public_addresses_behind_nat64_and_mapped_ones_may() -> None:
    for host in ("[64:ff9b::808:808]", "[::ffff:8.8.8.8]"):
        assert target_of(f"https://{host}/").address is not None


@pytest.mark.parametrize(
    "text", ["https://a.example/path", "https://a.example?b", "a.example:443", "https://"]
)
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(FetchError):
        origin_of(text)


def test_an_origin_is_written_with_its_port_where_it_is_another() -> None:
    assert str(Origin("https", "fd00::1", 443)) == "https://[fd00::1]"
    assert str(Origin("http", "fd00::1", 443)) == "http://[fd00::1]:443"
    assert origin_of("HTTP://Node.Example/") == Origin("http", "node.example", 80)
