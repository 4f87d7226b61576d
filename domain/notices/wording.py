"""The words of a broadcast, as staff write them: plain text with {name} and {program}."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from domain.errors import InvalidInput, Refusal

# What every Bot API takes in one message, as its reader sees it.
LENGTH_MAX: Final = 4096
_NAMES: Final = ("name", "program")


class LoneBrace(Refusal):
    """A brace stands alone in the text. Braces are only for {name} and {program}."""

    code = "lone_brace"


class UnknownPlaceholder(Refusal):
    """There is no {%(given)s}. Only {name} and {program} can be filled in."""

    code = "unknown_placeholder"


class MessageTooLong(Refusal):
    """With a long name the message has %(length)s characters; a chat takes %(limit)s."""

    code = "message_too_long"


@dataclass(frozen=True)
class Words:
    """One message: a heading and what follows it. Plain text; who shows it escapes it."""

    title: str
    body: str

    def filled(self, facts: Mapping[str, str]) -> "Words":
        """Return the words with every placeholder filled in; a fact's own braces stay."""
        return Words(_filled(self.title, facts), _filled(self.body, facts))


def check(words: Words, facts: Mapping[str, str]) -> None:
    """Raise a refusal that says what is wrong with the words; `facts` are the longest ones."""
    if not words.title.strip():
        raise InvalidInput("the heading is empty")
    said = words.filled(facts)
    length = len(said.title) + len(said.body) + 2
    if length > LENGTH_MAX:
        raise MessageTooLong(length=length, limit=LENGTH_MAX)


def _filled(template: str, facts: Mapping[str, str]) -> str:
    return "".join(text + (facts[name] if name else "") for text, name in _parts(template))


def _parts(template: str) -> list[tuple[str, str | None]]:
    try:
        found = list(Formatter().parse(template))
    except ValueError:
        raise LoneBrace from None
    for _, name, form, conversion in found:
        if name is not None and (name not in _NAMES or form or conversion):
            raise UnknownPlaceholder(given=name)
    return [(text, name) for text, name, *_ in found]
