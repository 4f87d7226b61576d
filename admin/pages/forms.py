"""Forms: what somebody typed is checked, and shown again beside what is wrong with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Generic, TypeVar, get_origin

from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import InvalidInput, Refusal
from domain.words import marked as _
from web.bodies import check_form, posted

DIGITS_MAX: Final = 12


def _whole(value: object) -> object:
    """Let only ASCII digits through: `1_0` and `１２` are numbers to Python, not to a person."""
    if not isinstance(value, str):
        return value
    digits = value.strip()
    if digits.isascii() and digits.removeprefix("-").isdigit() and len(digits) <= DIGITS_MAX:
        return int(digits)
    raise ValueError(_("Enter a whole number."))


def _ticked(value: object) -> object:
    return value if isinstance(value, bool) else value == "1"


def _absent(value: object) -> object:
    return None if value == "" else value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Whole = Annotated[int, BeforeValidator(_whole)]
# For a field that may be left empty: `Annotated[Annotated[Whole, Field(ge=1)] | None, OrNone]`.
OrNone = BeforeValidator(_absent)
OptionalWhole = Annotated[Whole | None, OrNone]
# A tick box: browsers send nothing for an empty one, so give it the default False.
Ticked = Annotated[bool, BeforeValidator(_ticked)]

_SENTENCES: Final = {
    "missing": _("Fill this in."),
    "string_too_short": _("Fill this in."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_pattern_mismatch": _("This is not written as it should be."),
    "greater_than_equal": _("At least %(ge)s."),
    "greater_than": _("More than %(gt)s."),
    "less_than_equal": _("At most %(le)s."),
    "less_than": _("Less than %(lt)s."),
    "literal_error": _("Choose one of these."),
    "decimal_parsing": _("Enter a number."),
    "int_type": _("Enter a whole number."),
    "date_from_datetime_parsing": _("Enter a date."),
    "datetime_from_date_parsing": _("Enter a date and a time."),
}


class Form(BaseModel):
    """What a page posts: texts, read leniently into what they mean; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    csrf: str = ""


Shape = TypeVar("Shape", bound=Form)


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence about one field, with the facts in it."""

    words: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Typed(Generic[Shape]):
    """A form as it was typed: its texts, and either its meaning or what is wrong with it."""

    texts: Mapping[str, Any]
    value: Shape | None = None
    problems: dict[str, Problem] = field(default_factory=dict)

    def text(self, name: str) -> Any:
        """Return what stands in a field."""
        return self.texts.get(name, "")

    def problem(self, name: str) -> Problem | None:
        """Return what is wrong with a field."""
        return self.problems.get(name)

    @property
    def status(self) -> int:
        """The HTTP status with which the form is shown."""
        return 422 if self.problems else 200

    @contextmanager
    def blaming(self, name: str, kind: type[Refusal] = Refusal) -> Iterator[None]:
        """Turn a refusal of the verb inside into the problem of a field."""
        try:
            yield
        except kind as refusal:
            facts = {key: str(value) for key, value in refusal.facts.items()}
            plain = isinstance(refusal, InvalidInput) and "problem" in facts
            self.problems[name] = (
                Problem(facts["problem"]) if plain else Problem(refusal.message, facts)
            )


def fresh(shape: type[Shape], **values: Any) -> Typed[Shape]:
    """Return a form that nobody has typed in yet, with these values standing in it."""
    unknown = set(values) - set(shape.model_fields)
    if unknown:
        raise TypeError(f"{shape.__name__} has no field {unknown.pop()}")
    return Typed(texts={name: _written(value) for name, value in values.items()})


async def typed(request: web.Request, shape: type[Shape]) -> Typed[Shape]:
    """Read a posted form; each field that is wrong gets its problem, and nothing is lost."""
    return read(await posted(request), shape)


def read(fields: MultiMapping[Any], shape: type[Shape]) -> Typed[Shape]:
    """Check fields that were posted or asked for in an address."""
    texts = {name: _given(fields, name, shape) for name in dict.fromkeys(fields)}
    try:
        return Typed(texts=texts, value=shape.model_validate(texts))
    except ValidationError as error:
        details = error.errors(include_url=False)
        foreign = [e for e in details if e["type"] == "extra_forbidden"]
        if foreign:  # no page of ours sends it
            raise InvalidInput(f"{foreign[0]['loc'][0]}: unknown field") from None
        return Typed(texts=texts, problems={_place(e): _problem(e) for e in reversed(details)})


def _given(fields: MultiMapping[Any], name: str, shape: type[Form]) -> object:
    values = [value for value in fields.getall(name) if isinstance(value, str)]
    expected = shape.model_fields.get(name)
    if expected is not None and get_origin(expected.annotation) in {list, tuple, frozenset, set}:
        return values
    check_form(len(values) == 1)
    return values[0]


def _place(error: ErrorDetails) -> str:
    return str(error["loc"][0]) if error["loc"] else "form"


def _problem(error: ErrorDetails) -> Problem:
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if error["type"] == "value_error":
        return Problem(context.get("error", error["msg"]))
    return Problem(_SENTENCES.get(error["type"], _("This is not right.")), context)


def _written(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, (bool, list, tuple, set, frozenset)):
        return value
    return str(value)
