"""The clients' packages, installed once for each state of the lock file into a cache.

The lock file has versions and hashes and no addresses: npm takes the registry that the machine is set to.
"""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE, LOCK, CLIENTS = HERE / "package.json", HERE / "package-lock.json", HERE / "clients"
DONE = "installed"
"""The file that says that all packages are in a folder."""


class NotInstalled(Exception):
    """The clients cannot be installed; the text says what to do."""


def default_cache() -> Path:
    """Where packages are kept between runs."""
    root = os.environ.get("XDG_CACHE_HOME")
    return Path(root) / "matricula-interop" if root else Path.home() / ".cache" / "matricula-interop"


def installed(cache: Path) -> Path:
    """The folder that has the packages, and beside them the clients' scripts as they are now. Raises
    NotInstalled."""
    folder = folder_in(cache)
    if not (folder / DONE).exists():
        _install(folder)
    return _with_scripts(folder)


def installed_before(cache: Path) -> Path | None:
    """The same folder, where it has the packages already; None where they are still to be installed."""
    folder = folder_in(cache)
    return _with_scripts(folder) if (folder / DONE).exists() else None


def folder_in(cache: Path) -> Path:
    """The folder of a cache for this state of the lock file."""
    return cache / sha256(PACKAGE.read_bytes() + LOCK.read_bytes()).hexdigest()[:16]


def _with_scripts(folder: Path) -> Path:
    shutil.copytree(CLIENTS, folder / CLIENTS.name, dirs_exist_ok=True)
    return folder


def _install(folder: Path) -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotInstalled(f"needs Node.js 18 or later with npm: `{program}` is not on the path")
    folder.mkdir(parents=True, exist_ok=True)
    for file in (PACKAGE, LOCK):
        shutil.copy(file, folder)
    line = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"npm could not install the clients: {done.stderr.strip()[-500:]}")
    (folder / DONE).touch()
