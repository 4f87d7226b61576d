"""Pictures as people and attackers send them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

ORIENTATION = 0x0112


def a_picture(width: int = 800, height: int = 600, kind: str = "JPEG", **how: Any) -> bytes:
    """A cup on a table, seen from above."""
    mode = how.pop("mode", "RGB")
    image = Image.new(mode, (width, height), how.pop("colour", "#d8c3a5"))
    pen = ImageDraw.Draw(image)
    box = (width // 4, height // 4, width * 3 // 4, height * 3 // 4)
    pen.ellipse(box, fill="#5b3a22" if mode in {"RGB", "RGBA"} else 1)
    return _saved(image, kind, **how)


def turned(width: int = 800, height: int = 400) -> bytes:
    """A photo that its camera held on its side, with where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "A camera at 10.7626 N 106.6602 E"
    return a_picture(width, height, exif=exif)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("#102030", "#f0e0d0")]
    return _saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def huge() -> bytes:
    """A small file that says it is 20,000 pixels wide and high."""
    return _saved(Image.new("1", (20_000, 20_000)), "PNG")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
# What is sent, and the code of its refusal.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not_a_picture"),
    "svg with a script": (lambda: SVG, "picture_holds_more"),
    "nothing": (lambda: b"", "not_a_picture"),
    "text": ("Đây không phải ảnh".encode, "not_a_picture"),
    "cut short": (lambda: a_picture()[:2000], "not_a_picture"),
    "gif": (lambda: a_picture(kind="GIF"), "not_a_picture"),
    "tiff": (lambda: a_picture(kind="TIFF"), "not_a_picture"),
    "bmp": (lambda: a_picture(kind="BMP"), "not_a_picture"),
    "pdf": (lambda: a_picture(kind="PDF"), "picture_holds_more"),
    "page behind a jpeg": (lambda: a_picture() + b"<script>x()</script>", "picture_holds_more"),
    "archive behind a png": (
        lambda: a_picture(kind="PNG") + b"PK\x05\x06" + bytes(18),
        "picture_holds_more",
    ),
    "php in a jpeg": (lambda: a_picture(comment=b"<?php x(); ?>"), "picture_holds_more"),
    "moving png": (lambda: moving("PNG"), "picture_moves"),
    "moving webp": (lambda: moving("WEBP"), "picture_moves"),
    "20,000 each way": (huge, "too_many_pixels"),
    "7,000 each way": (lambda: _saved(Image.new("1", (7_000, 7_000)), "PNG"), "too_many_pixels"),
    "one pixel": (lambda: a_picture(1, 1), "too_few_pixels"),
    "a strip": (lambda: a_picture(2_000, 200), "picture_too_narrow"),
    "9 MB": (lambda: a_picture() + bytes(9 * 1024 * 1024), "picture_too_large"),
}


def _saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    written = BytesIO()
    image.save(written, kind, **how)
    return written.getvalue()
