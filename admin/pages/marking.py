"""Marking fields: what the domain says of a value is written beside the field that holds it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

from admin.pages.forms import Form, Problem, Typed
from domain.errors import InvalidInput, Refusal
from locales import Translator

Shape = TypeVar("Shape", bound=Form)


def mark(form: Typed[Shape], found: Iterable[tuple[str, Refusal]], spoken: Translator) -> bool:
    """Give each named field its problem; return whether the form may be saved."""
    for name, refusal in found:
        facts = {key: _said(value, spoken) for key, value in refusal.facts.items()}
        is_plain = isinstance(refusal, InvalidInput)
        problem = Problem(facts["problem"]) if is_plain else Problem(refusal.message, facts)
        form.problems.setdefault(name, problem)
    return not form.problems


def _said(value: object, spoken: Translator) -> str:
    return spoken.number(value) if isinstance(value, (int, Decimal)) else str(value)
