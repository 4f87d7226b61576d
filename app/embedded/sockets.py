"""Where the embedded servers listen: files that only their owner can reach, never a port."""

import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path

from app.embedded.claims import EmbeddedServerError

# The kernel allows 107 bytes for a socket's path, its file name included.
_LONGEST = 85
# Anything else would need quoting in an address, or means a list to PostgreSQL.
_PLAIN = re.compile(r"[\w./-]+", re.ASCII)


def socket_directory(data_dir: Path) -> Path:
    """Return the private directory of the sockets for this DATA_DIR, making it if need be."""
    wanted = data_dir / "sockets"
    if len(os.fsencode(wanted)) > _LONGEST or not _PLAIN.fullmatch(str(wanted)):
        name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
        wanted = Path(tempfile.gettempdir()) / f"loyalty-{name}"
    wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
    facts = wanted.lstat()
    # In a directory that all users share, somebody else may have been here first.
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid():
        raise EmbeddedServerError(f"{wanted} belongs to somebody else; remove it or set DATA_DIR.")
    wanted.chmod(0o700)
    return wanted
