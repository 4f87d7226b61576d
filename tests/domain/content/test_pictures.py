"""X7, and disks that are full."""

import errno
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from domain.content import pictures
from domain.content.drawing import draw
from domain.content.pictures import NoRoomForPictures, PicturesOutOfReach
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from tests.clock import MONDAY_NOON
from tests.domain.content.sending import REFUSED, a_picture, turned
from tests.factories import a_product, a_program

PROGRAM = new_id()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    pictures.configure(tmp_path / "pictures")
    yield tmp_path / "pictures"
    pictures.configure(None)


def seen(place: Path, name: str) -> Image.Image:
    return Image.open(BytesIO((place / str(PROGRAM) / name).read_bytes()))


@pytest.mark.parametrize("_case", REFUSED)
def test_what_is_no_plain_picture_is_refused(_case: str) -> None:
    sent, code = REFUSED[_case]

    with pytest.raises(Refusal) as refused:
        draw(sent())

    assert refused.value.code == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_kept_in_a_few_widths_and_as_chats_take_it(
    place: Path, kind: str
) -> None:
    photo = await pictures.keep(PROGRAM, a_picture(2000, 1500, kind))

    assert photo.endswith("-1280x960")
    sizes = {w: seen(place, f"{photo}-{w}.webp").size for w in (320, 640, 1280)}
    assert sizes == {320: (320, 240), 640: (640, 480), 1280: (1280, 960)}
    assert seen(place, f"{photo}-chat.jpg").size == (640, 480)
    assert len(list((place / str(PROGRAM)).iterdir())) == 4


async def test_a_small_picture_is_not_blown_up(place: Path) -> None:
    photo = await pictures.keep(PROGRAM, a_picture(200, 160))

    shown = pictures.shown("moc", photo)
    assert shown is not None
    assert (shown.width, shown.height) == (200, 160)
    assert shown.addresses == f"/p/moc/pictures/{photo}-200.webp 200w"


async def test_a_picture_is_turned_upright_and_says_nothing_of_its_camera(place: Path) -> None:
    photo = await pictures.keep(PROGRAM, turned(800, 400))

    assert photo.endswith("-400x800")
    kept = seen(place, f"{photo}-400.webp")
    assert "exif" not in kept.info
    assert not any(b"camera" in file.read_bytes() for file in (place / str(PROGRAM)).iterdir())


@pytest.mark.parametrize("mode", ["L", "P", "1", "CMYK", "RGBA", "LA", "I;16"])
async def test_every_kind_of_colour_becomes_a_picture(place: Path, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (400, 300))
    written = BytesIO()
    image.save(written, kind)

    photo = await pictures.keep(PROGRAM, written.getvalue())

    assert seen(place, f"{photo}-chat.jpg").mode == "RGB"


async def test_the_same_picture_twice_is_one(place: Path) -> None:
    first = await pictures.keep(PROGRAM, a_picture())
    second = await pictures.keep(PROGRAM, a_picture())

    assert first == second
    assert pictures.has(PROGRAM, first)
    assert not pictures.has(new_id(), first)


async def test_another_programs_picture_is_not_found(place: Path) -> None:
    photo = await pictures.keep(PROGRAM, a_picture())

    with pytest.raises(NotFound):
        pictures.file_of(new_id(), f"{photo}-640.webp")


@pytest.mark.parametrize(
    "name", ["../secret_key", "x", "", "a" * 32 + "-1x1-1.webp/../..", "a" * 32 + "-9x9-9.svg"]
)
async def test_what_is_no_name_of_a_picture_is_not_found(place: Path, name: str) -> None:
    with pytest.raises(NotFound):
        pictures.file_of(PROGRAM, name)


@contextmanager
def full_disk(place: Path) -> Iterator[None]:
    """A disk of 32 KB where we may mount one; else a limit at which each write really fails."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode == 0:
        try:
            yield
        finally:
            subprocess.run(["umount", str(place)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


async def test_a_full_disk_is_a_refusal_and_leaves_no_half_file(place: Path) -> None:
    # Noise does not compress: its files need more than there is.
    noise = Image.effect_noise((1200, 900), 90)
    written = BytesIO()
    noise.save(written, "PNG")

    with full_disk(place):
        with pytest.raises(NoRoomForPictures) as refused:
            await pictures.keep(PROGRAM, written.getvalue())
        left = [file for file in place.rglob("*") if file.is_file()]

    assert isinstance(refused.value.__cause__, OSError)
    assert refused.value.__cause__.errno in {errno.ENOSPC, errno.EFBIG}
    assert left == []
    assert pictures.has(PROGRAM, await pictures.keep(PROGRAM, written.getvalue()))


async def test_a_place_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("where a directory should be")
    pictures.configure(tmp_path / "a file")

    with pytest.raises(PicturesOutOfReach):
        await pictures.keep(PROGRAM, a_picture())


async def test_no_place_is_a_refusal() -> None:
    pictures.configure(None)

    with pytest.raises(PicturesOutOfReach):
        await pictures.keep(PROGRAM, a_picture())


async def test_what_nothing_shows_is_forgotten_after_a_while(place: Path, opened: str) -> None:
    program = await a_program()
    used = await pictures.keep(program.id, a_picture())
    unused = await pictures.keep(program.id, a_picture(colour="#224466"))
    await a_product(program, photo=used)
    now = (place / str(program.id)).stat().st_mtime
    soon = MONDAY_NOON.fromtimestamp(now, MONDAY_NOON.tzinfo)

    (place / "lost+found").mkdir()

    assert await pictures.forget_unused(soon) == 0
    assert await pictures.forget_unused(soon + timedelta(days=3)) == 4

    assert pictures.has(program.id, used)
    assert not pictures.has(program.id, unused)
