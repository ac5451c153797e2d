"""A badge baked into an SVG picture: the credential stands in an element `openbadges:credential`.

Rules:

- G1 The outermost element is `svg`. The credential's element is told by its namespace, whatever its prefix.
- G2 A compact JWS stands in the attribute `verify`, a credential in JSON in the element's own text. One that
  has both is refused, and so are two such elements: readers differ about which one they take.
- G3 The element of Open Badges 1 and 2 is named, and gives nothing.
- G4 The picture is read by the rules of `bounded_xml`.

Source: Open Badges 3.0 (1EdTech), §5.3.2; Open Badges Baking Specification (2.0).
"""

import re
from typing import Final

from api.credentials.wrappers.bounded_xml import FoundElement, XmlSummary, summary_of
from api.credentials.wrappers.fault import WrapperError, WrapperFault, require_size
from api.credentials.wrappers.unwrapped import Unwrapped

NAME: Final = "SVG picture"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"

_SVG: Final = frozenset({"http://www.w3.org/2000/svg svg", "svg"})
_CREDENTIAL: Final = f"{NAMESPACE} credential"
_OLD: Final = ("http://openbadges.org assertion", "https://openbadges.org assertion")
_PREFIX: Final = "openbadges"
_HEAD_BYTES: Final = 4096
_UTF_8: Final = frozenset({"", "utf-8", "us-ascii"})
# A start tag to its end; a value in quotes may hold what else would end it.
_START_TAG: Final = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")


def unwrap_svg(data: bytes) -> Unwrapped | None:
    """The credential in an SVG picture; None where the bytes do not look like one. Raises `WrapperError`."""
    if not is_svg(data):
        return None
    picture = _summary(data)
    found = [element for element in picture.found if element.name == _CREDENTIAL]
    if len(found) > 1:
        raise WrapperError(WrapperFault.SEVERAL, f"{len(found)} elements openbadges:credential")
    if found:
        return _unwrapped(found[0])
    if picture.found:
        raise WrapperError(WrapperFault.OPEN_BADGES_2, "the element openbadges:assertion")
    raise WrapperError(WrapperFault.NO_CREDENTIAL)


def is_svg(data: bytes) -> bool:
    """Whether bytes begin as markup, and name `svg` soon."""
    head = data[:_HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    return head.startswith(b"<") and b"<svg" in head


def bake_svg(svg: bytes, credential: bytes) -> bytes:
    """The picture with the credential in it, right behind its first tag. `svg` and `credential` are UTF-8.
    Raises `WrapperError`, also for a picture that holds one already.
    """
    require_size(svg)
    if not is_svg(svg):
        raise WrapperError(WrapperFault.NOT_A_PICTURE)
    picture = _summary(svg)
    if picture.found:
        raise WrapperError(WrapperFault.BAKED_BEFORE)
    tag = _START_TAG.match(svg, picture.root_start)
    if picture.encoding not in _UTF_8 or tag is None or tag[0].endswith(b"/>"):
        raise WrapperError(WrapperFault.NOT_A_PICTURE, "it is not UTF-8, or an empty picture")
    end = tag.end() - 1
    return svg[:end] + _declaration(picture) + b">" + _element(credential) + svg[end + 1 :]


def _summary(data: bytes) -> XmlSummary:
    picture = summary_of(data, (_CREDENTIAL, *_OLD))
    if picture.root not in _SVG:
        raise WrapperError(WrapperFault.NO_CREDENTIAL, "its outermost element is not svg")
    return picture


def _unwrapped(element: FoundElement) -> Unwrapped:
    """G2."""
    token, text = element.attributes.get("verify", ""), element.text.strip()
    if token and text:
        raise WrapperError(WrapperFault.SEVERAL, "one in the attribute verify, and one in the element's text")
    if not token and not text:
        raise WrapperError(WrapperFault.NO_CREDENTIAL, "the element openbadges:credential is empty")
    place = f"element openbadges:credential at byte {element.start}"
    return Unwrapped((token or text).encode("utf-8", "surrogatepass"), NAME, place)


def _declaration(picture: XmlSummary) -> bytes:
    """The namespace for the outermost element, unless it is there."""
    declared = picture.prefixes.get(_PREFIX)
    if declared is not None and declared != NAMESPACE:
        raise WrapperError(
            WrapperFault.NOT_A_PICTURE, "the prefix openbadges stands for something else in it"
        )
    return b"" if declared else f' xmlns:{_PREFIX}="{NAMESPACE}"'.encode()


def _element(credential: bytes) -> bytes:
    if credential.lstrip().startswith(b"{"):
        text = credential.replace(b"]]>", b"]]]]><![CDATA[>")
        return b"<openbadges:credential><![CDATA[" + text + b"]]></openbadges:credential>"
    return b'<openbadges:credential verify="' + credential.strip() + b'"></openbadges:credential>'
