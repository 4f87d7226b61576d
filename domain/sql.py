"""Named queries kept in `.sql` files beside the verbs that use them."""

import re
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def queries(package: str, file: str = "queries.sql") -> dict[str, str]:
    """Return the statements of a file by name; a name given twice is refused."""
    _, *parts = _NAME.split(files(package).joinpath(file).read_text(encoding="utf-8"))
    names, bodies = parts[::2], parts[1::2]
    if len(set(names)) != len(names):
        raise ValueError(f"{package}/{file} names a query twice")
    return {name: body.strip() for name, body in zip(names, bodies, strict=True)}
