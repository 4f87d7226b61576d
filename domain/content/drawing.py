"""Pictures that strangers send, made anew: what is stored is drawn by us, never what was sent."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageCms, ImageOps
from PIL.ImageFile import ImageFile

from domain.errors import Refusal

BYTES_MAX: Final = 8 * 1024 * 1024
SIDE_MIN, SIDE_MAX, PIXELS_MAX = 160, 10_000, 40_000_000
WIDTHS: Final = (320, 640, 1280)
_HEIGHT_MAX: Final = 1920
_CHAT_WIDTH: Final = 640
_NARROWEST: Final = 4
_WHITE: Final = (255, 255, 255)
# An archive that begins somewhere inside, a program, a document: none of it belongs in a picture.
_FOREIGN: Final = (b"<script", b"<html", b"<?php", b"%pdf-", b"pk\x05\x06")

# We measure a picture before it is decoded, and more strictly.
Image.MAX_IMAGE_PIXELS = None


class NotAPicture(Refusal):
    """This is no picture that we can read. Choose a JPEG, PNG or WebP file."""

    code = "not_a_picture"


class PictureTooLarge(Refusal):
    """The picture is larger than 8 MB. Choose a smaller one."""

    code = "picture_too_large"


class TooManyPixels(Refusal):
    """The picture measures %(width)s × %(height)s; at most 10,000 each way and 40 million in all."""

    code = "too_many_pixels"


class TooFewPixels(Refusal):
    """The picture measures %(width)s × %(height)s; at least 160 each way are needed."""

    code = "too_few_pixels"


class TooNarrow(Refusal):
    """The picture is more than four times as long as it is wide. Crop it first."""

    code = "picture_too_narrow"


class PictureMoves(Refusal):
    """The picture moves. Choose one that stands still."""

    code = "picture_moves"


class TwoThingsAtOnce(Refusal):
    """This file is a picture and something else at once. Save it anew as JPEG or PNG."""

    code = "picture_holds_more"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture made anew: its name, which is its content and size, and its files."""

    photo: str
    files: dict[str, bytes]


def draw(sent: bytes) -> Drawn:
    """Decode a picture and make it anew in each width, upright and with nothing else in it.

    Costs CPU: call it in a thread. Raises a Refusal that says what is wrong with the picture.
    """
    if len(sent) > BYTES_MAX:
        raise PictureTooLarge
    lowered = sent.lower()
    if any(mark in lowered for mark in _FOREIGN):
        raise TwoThingsAtOnce
    image = _upright(_decoded(sent))
    image.thumbnail((WIDTHS[-1], _HEIGHT_MAX), Image.Resampling.LANCZOS)
    return _encoded(image)


def widths_of(width: int) -> tuple[int, ...]:
    """Return the widths in which a picture of that width is kept."""
    return (*(narrower for narrower in WIDTHS if narrower < width), width)


def _decoded(sent: bytes) -> ImageFile:
    try:
        # Only these decoders are asked; whatever the file calls itself says nothing.
        image = Image.open(BytesIO(sent), formats=("JPEG", "PNG", "WEBP"))
    except Exception:  # noqa: BLE001 - a decoder may fail in any way; it is no picture then
        raise NotAPicture from None
    _check(image)
    # A JPEG is decoded at about the size that is needed.
    image.draft("RGB", (WIDTHS[-1], _HEIGHT_MAX))
    try:
        image.load()
    except Exception:  # noqa: BLE001
        raise NotAPicture from None
    return image


def _check(image: ImageFile) -> None:
    """Refuse by what the header says, before a pixel is decoded."""
    width, height = image.size
    if max(width, height) > SIDE_MAX or width * height > PIXELS_MAX:
        raise TooManyPixels(width=width, height=height)
    if min(width, height) < SIDE_MIN:
        raise TooFewPixels(width=width, height=height)
    if max(width, height) > _NARROWEST * min(width, height):
        raise TooNarrow
    # Phones store a second view inside a JPEG; its first one is the picture.
    if image.format in {"PNG", "WEBP"} and getattr(image, "is_animated", False):
        raise PictureMoves


def _upright(image: ImageFile) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    has_holes = turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info
    profile = turned.info.get("icc_profile")
    plain = turned.convert("RGBA" if has_holes else "RGB")
    if profile and turned.mode in {"RGB", "RGBA"}:
        plain = _in_common_colours(plain, profile)
    return plain


def _in_common_colours(image: Image.Image, profile: bytes) -> Image.Image:
    """Bring a camera's own colours into those that every screen shows."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        common = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, own, common, outputMode=image.mode) or image
    except Exception:  # noqa: BLE001 - a profile that cannot be read changes nothing
        return image


def _encoded(image: Image.Image) -> Drawn:
    width, height = image.size
    files = {f"{each}.webp": _webp(_narrowed(image, each)) for each in widths_of(width)}
    # Chats take no WebP.
    files["chat.jpg"] = _jpeg(_narrowed(image, min(width, _CHAT_WIDTH)))
    digest = sha256(files[f"{width}.webp"]).hexdigest()[:32]
    photo = f"{digest}-{width}x{height}"
    return Drawn(photo, {f"{photo}-{ending}": content for ending, content in files.items()})


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _webp(image: Image.Image) -> bytes:
    # A bare copy: nothing of what the file said beside its pixels goes along.
    return _saved(Image.frombytes(image.mode, image.size, image.tobytes()), "WEBP", quality=80)


def _jpeg(image: Image.Image) -> bytes:
    flat = Image.new("RGB", image.size, _WHITE)
    flat.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return _saved(flat, "JPEG", quality=85, optimize=True)


def _saved(image: Image.Image, kind: str, **how: object) -> bytes:
    written = BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()
