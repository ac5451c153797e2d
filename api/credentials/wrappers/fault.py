"""Why the credential in a picture or document cannot be had."""

from typing import Final

from registry.primitives.reason import Reason

MAX_WRAPPED_BYTES: Final = 1 << 23
"""The longest file that is looked into. Pictures and transcripts in PDF have a few megabytes."""

_AGAIN: Final = "Download it again, or ask whoever sent it for the file as the issuer gave it."
_JSON_INSTEAD: Final = "Ask the issuer for the credential alone, as a JSON file."


class WrapperFault(Reason):
    """Why bytes that are wrapped, or seem to be, give no credential. Whoever was handed the file meets it."""

    TOO_LARGE = (
        "wrapper-too-large",
        f"The file has more than {MAX_WRAPPED_BYTES} bytes.",
        _JSON_INSTEAD,
    )
    DAMAGED = (
        "wrapper-damaged",
        "The picture or document around the credential is damaged.",
        _AGAIN,
    )
    NO_CREDENTIAL = (
        "nothing-wrapped",
        "There is no credential in the picture or document.",
        "What it shows proves nothing. Ask the issuer for the badge with the credential in it, or for the "
        "JSON file.",
    )
    SEVERAL = (
        "several-wrapped",
        "There are several credentials in the picture or document, and it is not clear which one counts.",
        "Ask whoever sent it which one is meant, and for that one as a file of its own.",
    )
    UNPACKS_TOO_FAR = (
        "unpacks-too-far",
        "Something in the file unpacks to more than a credential can have.",
        f"Do not open the file with other software. {_JSON_INSTEAD}",
    )
    TOO_MUCH_WORK = (
        "wrapper-too-intricate",
        "The picture or document has more parts than are looked through.",
        _JSON_INSTEAD,
    )
    ENTITIES = (
        "wrapper-entities",
        "The picture declares entities: its text would depend on what stands elsewhere.",
        _JSON_INSTEAD,
    )
    ENCRYPTED = (
        "wrapper-encrypted",
        "The document is encrypted, so what is attached to it cannot be read.",
        "Open it with its password, and save the attachment as a file of its own.",
    )
    UNSUPPORTED = (
        "wrapper-unsupported",
        "Something in the document is packed in a way that is not known here.",
        "Save the attachment as a file of its own, and give that one.",
    )
    OPEN_BADGES_2 = (
        "open-badges-2",
        "The picture holds a badge of Open Badges 2 or older, which is no verifiable credential.",
        "Ask the issuer for the badge as Open Badges 3.0. Until then only the issuer can say whether it is "
        "theirs.",
    )
    BYTE_ORDER_MARK = (
        "byte-order-mark",
        "The text begins with a byte order mark (BOM), which JSON does not permit.",
        "Save it as UTF-8 without BOM. The credential stays as it is.",
    )
    UTF_16 = (
        "utf-16",
        "The text is UTF-16, as Excel, Notepad and PowerShell write it.",
        "Save it as UTF-8. Or convert it: `iconv -f UTF-16 -t UTF-8 FILE > NEW`.",
    )
    UTF_32 = (
        "utf-32",
        "The text is UTF-32.",
        "Save it as UTF-8. Or convert it: `iconv -f UTF-32 -t UTF-8 FILE > NEW`.",
    )
    CURLY_QUOTES = (
        "wrapper-curly-quotes",
        'There are curly quotes in place of ".',
        'Ask for the file as the issuer gave it. Or replace each by a straight " in a plain text editor: a '
        "word processor changed them.",
    )
    NOT_A_PICTURE = (
        "not-a-picture",
        "The file is neither a PNG nor an SVG picture.",
        "Give a PNG or SVG picture to put the credential into, or none: then a plain one is drawn.",
    )
    BAKED_BEFORE = (
        "baked-before",
        "There is a credential in the picture already.",
        "Give the picture without it: one badge holds one credential.",
    )


class WrapperError(ValueError):
    """Bytes that are wrapped and give no credential, with the reason. `detail` is for people, at most 200
    characters, and may hold foreign text.
    """

    def __init__(self, fault: WrapperFault, detail: str = "") -> None:
        super().__init__(fault.with_detail(detail))
        self.fault = fault
        self.detail = detail


def require_size(data: bytes) -> None:
    """Raises `WrapperError` for more than is looked into."""
    if len(data) > MAX_WRAPPED_BYTES:
        raise WrapperError(WrapperFault.TOO_LARGE, f"it has {len(data)}")
