"""What a file turns out to be: a name for it, and what to do with such a file.

The advice is for somebody who meant well and picked, saved or was sent the wrong thing: how to come from
this file to the one that was asked for. It stays empty where the command itself can say it better.
"""

from enum import Enum


class FileKind(Enum):
    """What a file is. `phrase` names it with its article, `advice` is a clause or empty."""

    def __init__(self, phrase: str, advice: str) -> None:
        self.phrase = phrase
        self.advice = advice

    # Nothing, or nothing that anybody wrote.
    EMPTY = ("an empty file", "check that it was saved and downloaded whole")
    BLANK = ("a file of nothing but spaces and empty lines", "check that it was saved whole")
    ZEROS = ("a file of nothing but zero bytes", "it was never written to its end: copy or download it again")
    BINARY = ("binary data of a kind that is not known here", "check that it is the right file, whole")

    # Text in an encoding that is not read.
    UTF_8_WITH_MARK = (
        "text with a byte order mark (BOM) at its beginning",
        "save it as “UTF-8” without BOM: many readers of JSON refuse the mark (RFC 8259, section 8.1)",
    )
    UTF_16 = (
        "UTF-16 text, as Excel, Notepad and PowerShell write it",
        "save it as “UTF-8”, or convert it: `iconv -f UTF-16 -t UTF-8 FILE > NEW`",
    )
    UTF_32 = ("UTF-32 text", "save it as “UTF-8”, or convert it: `iconv -f UTF-32 -t UTF-8 FILE > NEW`")
    LEGACY_TEXT = (
        "text in another encoding than UTF-8, such as Windows-1252",
        "save it as “UTF-8”, or convert it: `iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW`",
    )
    TEXT = ("text of another form", "")

    # Pictures and documents.
    PNG = ("a PNG picture", "a picture shows a badge and proves nothing: ask for the JSON file")
    BAKED_PNG = (
        "a PNG picture with a badge baked into it",
        "`matricula credential verify` checks the badge in it; for all else ask for the JSON file",
    )
    SVG = ("an SVG picture", "a picture shows a badge and proves nothing: ask for its JSON file")
    BAKED_SVG = (
        "an SVG picture with a badge baked into it",
        "`matricula credential verify` checks the badge in it; for all else ask for the JSON file",
    )
    JPEG = ("a JPEG picture", "a photograph or a scan proves nothing: ask for the file that it was made of")
    PICTURE = ("a picture", "a photograph or scan proves nothing: ask for the file that it was made of")
    PDF = (
        "a PDF document",
        "if something is attached to it, save the attachment as a file of its own (in the paper-clip list)",
    )
    WORD = ("a Word document", "save it as plain text in UTF-8, or get the file that it was pasted from")
    EXCEL = ("an Excel workbook", "")
    OPEN_DOCUMENT = ("an OpenDocument file", "save it as plain text in UTF-8")
    OFFICE = ("an Office document", "save it as plain text in UTF-8")
    OLD_OFFICE = ("a document of an old Office version, or a mail of Outlook", "save what it holds as a file")
    RTF = ("a rich text document", "save it as plain text in UTF-8")

    # Containers.
    ZIP = ("a ZIP archive", "take the file out of it (unzip), and give that one")
    GZIP = ("a gzip file", "unpack it first: `gunzip FILE`, or `tar xzf FILE`")
    ARCHIVE = ("a compressed file or archive", "unpack it first, and give the file from inside")
    TAR = ("a tar archive", "take the file out of it: `tar xf FILE`")
    MAIL = ("a mail", "save the attachment out of it, and give that file")
    SHORTCUT = ("a shortcut", "give the file that it points to")
    LFS_POINTER = ("a pointer of Git LFS in place of the file", "fetch the file itself: `git lfs pull`")
    PROGRAM = ("a program", "check the name of the file")
    DATABASE = ("an SQLite database", "check the name of the file")

    # What a browser or curl saved.
    WEB_PAGE = (
        "a web page (HTML)",
        "the address gave a page for people instead of the file: use the download link of that page",
    )
    LOGIN_PAGE = (
        "a login page (HTML)",
        "the download led to a login page: log in with the browser, then download the file again",
    )
    HTTP_RESPONSE = ("an HTTP response with its header", "save the body alone: curl without -i")
    WEB_ADDRESS = ("a web address", "download what is there, and give that file")
    XML = ("an XML document", "the registry reads JSON: ask for the JSON form")

    # Keys and certificates of other software.
    PEM_CERTIFICATE = ("a certificate in PEM form", "")
    PEM_PUBLIC_KEY = ("a public key in PEM form", "")
    PEM_PRIVATE_KEY = ("a private key in PEM form", "keep it secret; the registry has key files of its own")
    SSH_PRIVATE_KEY = ("a private key of SSH", "keep it secret; the registry has key files of its own")
    SSH_PUBLIC_KEY = ("a public key of SSH", "")
    PGP = ("a PGP message or key", "if it is a message, decrypt it first: `gpg --decrypt FILE > NEW`")
    PEM = ("a file in PEM form", "")
    DER = ("a certificate or key in DER form", "")
    JWK = ("a JSON Web Key", "if it has a member d, it is secret; the registry has key files of its own")

    # Tables and settings.
    TABLE = (
        "a table (CSV)",
        "save the one column that is needed as text, without heading, quotes and separators",
    )
    TOML = ("a settings file (TOML)", "")
    YAML = ("a YAML file", "")
    BASE64 = ("text in base64", "decode it first: `base64 -d FILE > NEW`")
    HEXADECIMAL = ("text in hexadecimal", "decode it first: `xxd -r -p FILE > NEW`")

    # Credentials and what is near them.
    CREDENTIAL = ("a signed credential", "")
    UNSIGNED_CREDENTIAL = ("a credential that is not signed", "sign it first: `matricula credential sign`")
    PRESENTATION = ("a presentation", "take the credential out of its member verifiableCredential")
    JWT = (
        "a JWT",
        "if it is a credential, `matricula credential verify` judges it",
    )
    SD_JWT = ("an SD-JWT", "if it is a credential, `matricula credential verify` judges it")
    JWS = ("a JWS in JSON", "ask for it in the compact form: one text with two dots in it")
    ENVELOPED_CREDENTIAL = (
        "an enveloped credential: a JWT or SD-JWT inside a member id",
        "`matricula credential verify` judges the credential in it",
    )
    OPEN_BADGES_2 = (
        "an Open Badges 2 assertion",
        "this older form has no signature that can be checked here: ask the issuer for Open Badges 3.0",
    )
    OPEN_BADGES_2_PART = ("a part of an Open Badges 2 badge", "ask the issuer for Open Badges 3.0")
    STATUS_LIST_CREDENTIAL = (
        "a status list credential",
        "it says which credentials are revoked: give the learner's credential, not its status list",
    )
    DID_DOCUMENT = ("a DID document", "it holds an issuer's keys: give the credential that names the issuer")
    WRAPPED_CREDENTIAL = (
        "an object around a credential",
        "save what is in its member credential or verifiableCredential as a file of its own",
    )
    SCHEMA = ("a JSON Schema", "")
    CONTEXT = ("a JSON-LD context", "give the credential that names it")
    PROBLEM = ("an error message of a server", "ask it again, and look at the answer before you save it")
    COMMAND_OUTPUT = ("what a command of this software printed", "give a file that it wrote")
    JSON = ("JSON of another form", "")
    JSON_LIKE = ("JSON that is cut off or has a mistake in it", "")
    DEEP_JSON = (
        "JSON nested deeper than any file that is read here",
        "check that it is the right file",
    )
    JSON_LIST = ("a list in JSON", "")
    JSON_LINES = ("several JSON documents, one per line", "put each into a file of its own")
    JSON_TEXT = ("a single JSON value, no object", "")

    # Files of this software.
    GENESIS = ("a genesis document", "")
    ANSWER = ("an answer of a node", "see it with `matricula verify FILE --genesis GENESIS`")
    TRANSACTION = ("a transaction", "see it with `matricula inspect FILE`")
    FOUNDING = ("a founding file", "")
    KEY = ("a key file", "keep it secret")
    ANCHOR_PROOF = ("an anchor proof", "give the credential that it lies beside")
    CBOR = ("CBOR of another form", "")


ENCODINGS = frozenset({FileKind.UTF_8_WITH_MARK, FileKind.UTF_16, FileKind.UTF_32, FileKind.LEGACY_TEXT})
"""Text that may well be what was asked for, once it is saved in UTF-8."""
TEXT_WITHOUT_FORM = frozenset(
    {FileKind.TEXT, FileKind.TABLE, FileKind.YAML, FileKind.TOML, FileKind.BASE64, FileKind.HEXADECIMAL}
)
"""Guesses about text that anybody may have meant as it is: a passphrase may look like any of them."""
