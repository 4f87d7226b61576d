"""The store of pictures: a directory of each program, in it files that never change."""

import asyncio
import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from domain import db
from domain.content.drawing import draw, widths_of
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.sql import queries

SQL = queries("domain.content", "pictures.sql")
PHOTO: Final = re.compile(r"[0-9a-f]{32}-([0-9]{1,4})x([0-9]{1,4})")
_PROGRAM: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FILE: Final = re.compile(rf"{PHOTO.pattern}-(?:[0-9]{{1,4}}\.webp|chat\.jpg)")
# A picture that nothing shows may belong to a form that somebody still fills in.
_KEPT_UNUSED: Final = timedelta(days=2)
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_place: list[Path] = []
# Decoding takes a core and 100 MB; one at a time leaves the rest of the process alive.
_decoding = asyncio.Semaphore(1)


class NoRoomForPictures(Refusal):
    """There is no room left for pictures on the server. Nothing else is affected; tell whoever runs it."""

    code = "no_room_for_pictures"


class PicturesOutOfReach(Refusal):
    """Pictures cannot be stored at the moment. Nothing else is affected; tell whoever runs the server."""

    code = "pictures_out_of_reach"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it: its addresses, by width, and its shape."""

    address: str
    addresses: str
    width: int
    height: int


def configure(place: Path | None) -> None:
    """Say in which directory this process keeps pictures."""
    _place[:] = [place] if place else []


async def keep(program_id: UUID, sent: bytes) -> str:
    """Make a picture anew and store it; return its name.

    Raises a Refusal that says what is wrong with the picture, or with the place. The same
    picture twice is one picture; what fails half-way leaves nothing.
    """
    async with _decoding:
        drawn = await asyncio.to_thread(draw, sent)
    await asyncio.to_thread(_write_all, program_id, drawn.files)
    return drawn.photo


def has(program_id: UUID, photo: str) -> bool:
    """Tell whether a program has that picture."""
    match = PHOTO.fullmatch(photo)
    if not match or not _place:
        return False
    return (_folder(program_id) / f"{photo}-{int(match[1])}.webp").is_file()


def file_of(program_id: UUID, name: str) -> Path:
    """Return where a file of a picture lies; raises NotFound for what is none of the program's."""
    if not _place or not _FILE.fullmatch(name):
        raise NotFound
    path = _folder(program_id) / name
    if not path.is_file():
        raise NotFound
    return path


def shown(slug: str, photo: str) -> Shown | None:
    """Return how a page shows a picture; None for what is no picture's name."""
    match = PHOTO.fullmatch(photo)
    if not match:
        return None
    width, height = int(match[1]), int(match[2])
    root = f"/p/{slug}/pictures/{photo}"
    by_width = [(f"{root}-{each}.webp", each) for each in widths_of(width)]
    middle = next((address for address, each in by_width if each >= 640), by_width[-1][0])  # noqa: PLR2004
    return Shown(middle, ", ".join(f"{a} {w}w" for a, w in by_width), width, height)


def for_chat(slug: str, photo: str | None) -> str | None:
    """Return the address of a picture as chats take it, a JPEG; None if there is no picture."""
    return f"/p/{slug}/pictures/{photo}-chat.jpg" if photo and PHOTO.fullmatch(photo) else None


async def forget_unused(now: datetime) -> int:
    """Delete pictures that no product and no article shows, unless they are new; return how many."""
    if not _place or not _place[0].is_dir():
        return 0
    gone = 0
    for folder in list(_place[0].iterdir()):
        # Whoever keeps something else there keeps it.
        if not _PROGRAM.fullmatch(folder.name):
            continue
        async with db.reading() as connection:
            used = {row["photo"] for row in await connection.fetch(SQL["used"], UUID(folder.name))}
        gone += await asyncio.to_thread(_delete_unused, folder, used, now - _KEPT_UNUSED)
    return gone


def _delete_unused(folder: Path, used: set[str], before: datetime) -> int:
    gone = 0
    for file in list(folder.iterdir()):
        with suppress(OSError):
            is_old = file.stat().st_mtime < before.timestamp()
            if is_old and file.name.rpartition("-")[0] not in used:
                file.unlink()
                gone += 1
    return gone


def _folder(program_id: UUID) -> Path:
    (place,) = _place
    return place / str(program_id)


def _write_all(program_id: UUID, files: dict[str, bytes]) -> None:
    if not _place:
        raise PicturesOutOfReach
    folder = _folder(program_id)
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            if _write(folder / name, content):
                written.append(folder / name)
    except OSError as error:
        for file in written:
            with suppress(OSError):
                file.unlink()
        raise (NoRoomForPictures if error.errno in _FULL else PicturesOutOfReach) from error


def _write(file: Path, content: bytes) -> bool:
    """Write a file whole or not at all; False if it was there already, as good as new."""
    if file.exists():
        os.utime(file)
        return False
    draft = file.with_name(f".{file.name}.{new_id()}")
    try:
        with draft.open("wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(file)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
    return True
