"""The work of `matricula credential bake`: a signed credential put into a picture."""

from pathlib import Path

from api.credentials.wrappers.badge_image import badge_image
from api.credentials.wrappers.fault import WrapperError
from api.credentials.wrappers.png import SIGNATURE
from api.credentials.wrappers.table import bake
from node.cli.issue.credential.files import SIGNED_SUFFIX, credential_in
from node.files.bounded import read_file, wrong_file
from node.files.durable import write_whole
from node.files.expected import CREDENTIAL, PICTURE
from node.wording.explained import Explained
from registry.primitives.reason import as_clause

BADGE_SUFFIX = ".badge"
"""What stands before the ending of a badge's file, which is that of its picture."""


def bake_file(file: Path, image: Path | None, out: Path | None) -> Path:
    """Puts the credential in a file into a picture, and gives the name of what was written. Raises WrongFile
    for a credential that is not signed and for a picture that takes none, SilentPipe, OSError.
    """
    if not credential_in(file).is_signed:
        what = "this credential is not signed, so a badge of it would prove nothing"
        raise Explained(what, where=file, do="sign it first: `matricula credential sign`")
    credential = read_file(file, CREDENTIAL)
    picture = badge_image() if image is None else read_file(image, PICTURE)
    try:
        baked = bake(picture, credential)
    except WrapperError as error:
        raise wrong_file(picture, PICTURE, image or file, as_clause(str(error))) from error
    written = out or _beside(file, picture)
    write_whole(written, baked, replace=False)
    return written


def _beside(file: Path, picture: bytes) -> Path:
    """The name of a badge: that of its credential, with the ending of the picture."""
    stem = file.name.removesuffix(SIGNED_SUFFIX) if file.name.endswith(SIGNED_SUFFIX) else file.stem
    return file.with_name(stem + BADGE_SUFFIX + (".png" if picture.startswith(SIGNATURE) else ".svg"))
