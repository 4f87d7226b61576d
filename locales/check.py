"""Compare the sentences in use with the catalogues: `python -m locales.check [--add]`.

English is the key itself, so that only the other languages have words to check.
"""

import importlib
import pkgutil
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

import domain
from domain.earning.actions import ACTIONS, PURPOSES
from domain.errors import Refusal

_FOLDER = Path(__file__).parent
_CATALOGUE = _FOLDER / "vi" / "LC_MESSAGES" / "messages.po"
_ROOMS = ("app", "bot", "miniapp", "admin", "web", "domain")
_SPOKEN_BY = {
    "_": None,
    "text": None,
    "raw": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
    "raw_plural": (1, 2),
}
_PLACEHOLDER = re.compile(r"%%|%\((\w+)\)s|(%)")
_MSGID = re.compile(r'^msgid ((?:"[^\n]*"\n)+)', re.MULTILINE)

Key = str | tuple[str, ...]


def main(arguments: list[str]) -> None:
    """Fail with the problems found, or with --add put what is missing into the catalogue."""
    with _CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    found = dict(_used())
    missing = [key for key in found if catalogue.get(key) is None]
    if "--add" in arguments:
        _append(missing)
        sys.stdout.write(f"{len(missing)} sentences to translate in {_CATALOGUE}\n")
        return
    problems = [f"{found[key]}: no Vietnamese for {key!r}" for key in missing]
    problems += [problem for message in catalogue if message.id for problem in _wrong(message)]
    problems += [f"given twice: {text}" for text in _repeated(_CATALOGUE.read_text("utf-8"))]
    if problems:
        sys.exit("\n".join(problems))


def _used() -> Iterator[tuple[Key, str]]:
    """Yield each sentence of sources, refusals and the catalogue of actions, and who says it."""
    with (_FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    for room in _ROOMS:
        folder = _FOLDER.parent / room
        for file_name, line, key, *_ in extract_from_dir(folder, methods, options, _SPOKEN_BY):
            yield key, f"{room}/{file_name}:{line}"
    for refusal in _refusals():
        yield (refusal.__doc__ or "").strip(), refusal.__module__
    for action in ACTIONS.values():
        yield action.label, f"the action {action.code}"
        yield action.hint, f"the action {action.code}"
    for purpose, label in PURPOSES.items():
        yield label, f"the purpose {purpose}"


def _refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        if not module.name.startswith("domain.migrations"):
            importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting = Refusal.__subclasses__()
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    return found


def _wrong(message: Message) -> Iterator[str]:
    said = _texts(message.string)
    if message.fuzzy or not all(said):
        yield f"not translated: {message.id!r}"
        return
    wanted = {name for text in _texts(message.id) for name in _placeholders(text)}
    for text in said:
        if _placeholders(text) != wanted:
            yield f"other placeholders than {sorted(wanted)}: {text!r}"


def _placeholders(text: str) -> set[str]:
    """The names in a sentence; a lone percent sign is one too, and never wanted."""
    return {match[1] or match[2] for match in _PLACEHOLDER.finditer(text) if match[1] or match[2]}


def _texts(value: Key | list[str] | None) -> tuple[str, ...]:
    return (value or "",) if value is None or isinstance(value, str) else tuple(value)


def _repeated(source: str) -> list[str]:
    return [text for text, times in Counter(_MSGID.findall(source)).items() if times > 1]


def _append(missing: list[Key]) -> None:
    added = Catalog(locale="vi")
    for key in missing:
        added.add(key)
    with _CATALOGUE.open("ab") as file:
        file.write(b"\n")
        write_po(file, added, omit_header=True, width=0)


if __name__ == "__main__":
    main(sys.argv[1:])
