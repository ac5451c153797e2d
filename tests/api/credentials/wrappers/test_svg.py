"""G1 to G4, X1 to X4: badges in SVG pictures, and baking them."""

import pytest

from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.bounded_xml import MAX_XML_BYTES
from api.credentials.wrappers.fault import WrapperError, WrapperFault
from api.credentials.wrappers.svg import bake_svg, unwrap_svg
from api.credentials.wrappers.table import bake, unwrap
from tests.api.credentials.wrappers.wrapped import CREDENTIAL, NAMESPACE, TOKEN, svg

IN_CDATA = CREDENTIAL.decode().replace("]]>", "]]]]><![CDATA[>")
ELEMENT = f"<openbadges:credential><![CDATA[{IN_CDATA}]]></openbadges:credential>"
TOKEN_ELEMENT = f'<openbadges:credential verify="{TOKEN.decode()}"/>'


def fault_of(data: bytes) -> WrapperFault:
    with pytest.raises(WrapperError) as refused:
        unwrap(data)
    return refused.value.fault


GOOD = {
    "a document": (svg(ELEMENT), CREDENTIAL),
    "a document without CDATA": (
        svg('<openbadges:credential> {"a": "&lt;&amp;"}\n</openbadges:credential>'),
        b'{"a": "<&"}',
    ),
    "a token": (svg(TOKEN_ELEMENT), TOKEN),
    "another prefix": (
        svg(TOKEN_ELEMENT.replace("openbadges:", "ob:"), NAMESPACE.replace("openbadges", "ob")),
        TOKEN,
    ),
    "deeper in the picture": (svg(f"<g><metadata>{TOKEN_ELEMENT}</metadata></g>"), TOKEN),
    "a document type that is named": (
        svg(
            TOKEN_ELEMENT,
            before='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        ),
        TOKEN,
    ),
    "a byte order mark": (b"\xef\xbb\xbf" + svg(TOKEN_ELEMENT), TOKEN),
}


@pytest.mark.parametrize(("data", "content"), GOOD.values(), ids=GOOD.keys())
def test_a_credential_is_taken_out(data: bytes, content: bytes) -> None:
    found = unwrap(data)
    assert found is not None
    assert (found.content, found.wrapper) == (content, "SVG picture")
    assert found.place.startswith("element openbadges:credential at byte ")


REFUSED = {
    "no credential": (svg(""), WrapperFault.NO_CREDENTIAL),
    "an empty element": (svg("<openbadges:credential> </openbadges:credential>"), WrapperFault.NO_CREDENTIAL),
    "two elements": (svg(ELEMENT + TOKEN_ELEMENT), WrapperFault.SEVERAL),
    "one within another": (
        svg(f"<openbadges:credential>{TOKEN_ELEMENT}</openbadges:credential>"),
        WrapperFault.SEVERAL,
    ),
    "both a token and a document": (
        svg(f'<openbadges:credential verify="{TOKEN.decode()}">{{}}</openbadges:credential>'),
        WrapperFault.SEVERAL,
    ),
    "another namespace": (svg(ELEMENT, 'xmlns:openbadges="http://x.example"'), WrapperFault.NO_CREDENTIAL),
    "one of Open Badges 2": (
        svg('<ob:assertion xmlns:ob="http://openbadges.org" verify="https://a.example/1"/>'),
        WrapperFault.OPEN_BADGES_2,
    ),
    "another document with a picture in it": (
        b"<html>" + svg(ELEMENT, before="") + b"</html>",
        WrapperFault.NO_CREDENTIAL,
    ),
    "entities": (
        svg(ELEMENT, before='<!DOCTYPE svg [<!ENTITY a "b">]>'),
        WrapperFault.ENTITIES,
    ),
    "an entity from outside": (
        svg(ELEMENT, before='<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>'),
        WrapperFault.ENTITIES,
    ),
    "defaults": (
        svg(ELEMENT, before='<!DOCTYPE svg [<!ATTLIST svg a CDATA "b">]>'),
        WrapperFault.ENTITIES,
    ),
    "not well-formed": (svg(ELEMENT)[:-3], WrapperFault.DAMAGED),
    "an entity that nobody declared": (svg("&a;"), WrapperFault.DAMAGED),
    "another encoding": (
        svg(ELEMENT, before='<?xml version="1.0" encoding="cp037"?>'),
        WrapperFault.UNSUPPORTED,
    ),
    "too many elements": (svg("<a/>" * 20_001), WrapperFault.TOO_MUCH_WORK),
    "too many levels": (svg("<a>" * 64 + "</a>" * 64), WrapperFault.TOO_MUCH_WORK),
    "too many attributes": (svg('<a b=""/>' * 20_001), WrapperFault.TOO_MUCH_WORK),
    "too long": (svg(" " * MAX_XML_BYTES), WrapperFault.TOO_LARGE),
    "a text that is too long": (
        svg(f"<openbadges:credential>{' ' * (MAX_BYTES + 1)}</openbadges:credential>"),
        WrapperFault.UNPACKS_TOO_FAR,
    ),
}


@pytest.mark.parametrize(("data", "fault"), REFUSED.values(), ids=REFUSED.keys())
def test_what_gives_no_credential(data: bytes, fault: WrapperFault) -> None:
    assert fault_of(data) is fault


@pytest.mark.parametrize("data", [b"", b"<", b"svg", b"<html></html>", b"{}", b'{"<svg": 1}'])
def test_what_is_no_picture(data: bytes) -> None:
    assert unwrap_svg(data) is None


@pytest.mark.parametrize("credential", [CREDENTIAL, TOKEN])
@pytest.mark.parametrize("declared", ["", NAMESPACE])
def test_baking(credential: bytes, declared: str) -> None:
    picture = svg('<path d="M0 0"/>', declared, '<?xml version="1.0"?><!-- <svg> -->')
    baked = bake(picture, credential)
    found = unwrap(baked)
    assert found is not None
    assert found.content == credential
    assert baked.count(NAMESPACE.encode()) == 1
    assert b"<svg" in baked and baked.index(b"openbadges:credential") < baked.index(b"<path")


TAKES_NONE = {
    "no picture": (b"<html></html>", WrapperFault.NOT_A_PICTURE),
    "an empty picture": (b"<svg/>", WrapperFault.NOT_A_PICTURE),
    "another encoding": (
        svg("", before='<?xml version="1.0" encoding="iso-8859-1"?>'),
        WrapperFault.NOT_A_PICTURE,
    ),
    "a prefix that is taken": (svg("", 'xmlns:openbadges="http://x.example"'), WrapperFault.NOT_A_PICTURE),
    "a badge": (svg(ELEMENT), WrapperFault.BAKED_BEFORE),
    "an older badge": (svg('<a:assertion xmlns:a="http://openbadges.org"/>'), WrapperFault.BAKED_BEFORE),
}


@pytest.mark.parametrize(("picture", "fault"), TAKES_NONE.values(), ids=TAKES_NONE.keys())
def test_a_picture_that_takes_none(picture: bytes, fault: WrapperFault) -> None:
    with pytest.raises(WrapperError) as refused:
        bake_svg(picture, CREDENTIAL)
    assert refused.value.fault is fault


def test_what_a_picture_cannot_hold_is_refused() -> None:
    """XML has one kind of line end: what would come out changed is not baked."""
    with pytest.raises(WrapperError) as refused:
        bake(svg(""), b'{\r\n"a": 1}')
    assert refused.value.fault is WrapperFault.NOT_A_PICTURE
