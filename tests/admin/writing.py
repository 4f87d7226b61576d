"""Writing products and articles at the desk: what is typed, and how a browser posts it."""

from io import BytesIO
from typing import Any

from aiohttp import FormData

from tests.admin.desk import Desk

PRODUCT = {
    "title_vi": "Bạc xỉu",
    "title_en": "",
    "body_vi": "Nhiều sữa.\n\nÍt cà phê.",
    "body_en": "",
    "price": "39000",
    "category": "",
    "appears": "now",
    "at": "",
    "photo": "",
    "version": "0",
}
ARTICLE = {
    **{name: value for name, value in PRODUCT.items() if name not in {"price", "category"}},
    "summary_vi": "Thực đơn mới.",
    "read_seconds": "20",
}


async def send(
    desk: Desk, path: str, fields: dict[str, str], file: bytes | None = None, **how: Any
) -> int:
    """Post a form with a file as the page that was shown last would: the secret first."""
    form = FormData()
    values = {"csrf": how.pop("csrf", desk.csrf), **fields}
    for name, value in values.items():
        form.add_field(name, value, content_type="text/plain; charset=utf-8")
    name = how.pop("name", "picture")
    form.add_field(
        name,
        BytesIO(file or b""),
        filename=how.pop("filename", "ảnh.jpg"),
        content_type="image/jpeg",
    )
    answer = await desk.browser.post(path, data=form, allow_redirects=False, **how)
    return await desk._keep(answer)


async def press(desk: Desk, path: str, **fields: str) -> int:
    """Open a list and press one of its buttons."""
    await desk.get("/admin/categories")
    return await desk.submit(path, **fields)


async def open_form(desk: Desk, path: str = "/admin/products/new") -> None:
    assert await desk.get(path) == 200
