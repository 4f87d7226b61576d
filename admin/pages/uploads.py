"""Forms with a file, typed and shown again like any other."""

from dataclasses import dataclass
from typing import Generic

from aiohttp import web

from admin.pages.forms import Problem, Shape, Typed, read
from domain.errors import Refusal
from web.uploads import arriving


@dataclass(frozen=True, slots=True)
class Uploaded(Generic[Shape]):
    """A form as it was typed, and the file that came with it."""

    form: Typed[Shape]
    file: bytes | None
    is_too_large: bool

    @property
    def status(self) -> int:
        """The HTTP status with which the form is shown again."""
        return 413 if self.is_too_large else self.form.status


async def typed_with_file(
    request: web.Request,
    shape: type[Shape],
    *,
    file: str,
    longest: int,
    otherwise: type[Refusal],
) -> Uploaded[Shape]:
    """Read a form whose last field is a file; one that is too large is that field's problem."""
    sent = await (await arriving(request)).rest(file, longest)
    form = read(sent.texts, shape)
    if sent.is_too_large:
        form.problems[file] = Problem(otherwise().message)
    return Uploaded(form, sent.file, sent.is_too_large)
