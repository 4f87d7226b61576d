import pytest

from domain.errors import InvalidInput, Refusal
from domain.notices.broadcasts import HOSTILE_NAME
from domain.notices.wording import LoneBrace, MessageTooLong, UnknownPlaceholder, Words, check

FACTS = {"name": HOSTILE_NAME, "program": "Mộc Coffee"}


def test_placeholders_are_filled_in_and_nothing_else_is() -> None:
    words = Words("Chào {name}!", "{program}: giảm 20 % {{hôm nay}} %(x)s {name}")

    filled = words.filled({"name": "{program} {x} {{", "program": "Mộc"})

    assert filled.title == "Chào {program} {x} {{!"
    assert filled.body == "Mộc: giảm 20 % {hôm nay} %(x)s {program} {x} {{"


@pytest.mark.parametrize(
    ("template", "refusal"),
    [
        ("Chào {nmae}!", UnknownPlaceholder),
        ("Chào {}!", UnknownPlaceholder),
        ("Chào {0}!", UnknownPlaceholder),
        ("{name.__class__}", UnknownPlaceholder),
        ("{name!r}", UnknownPlaceholder),
        ("{name:>5000}", UnknownPlaceholder),
        ("{name[0]}", UnknownPlaceholder),
        ("Chào {name", LoneBrace),
        ("Chào }", LoneBrace),
        ("Chào {", LoneBrace),
    ],
)
def test_a14_a_broken_template_is_refused_in_a_sentence(
    template: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        check(Words("x", template), FACTS)
    with pytest.raises(refusal):
        check(Words(template, ""), FACTS)


def test_what_a_chat_would_not_take_with_a_long_name_is_refused() -> None:
    check(Words("x", "x" * 4_000), FACTS)
    with pytest.raises(MessageTooLong):
        check(Words("x", "x" * 4_000 + "{name}" * 2), FACTS)


@pytest.mark.parametrize("title", ["", "  "])
def test_a_message_without_a_heading_is_refused(title: str) -> None:
    with pytest.raises(InvalidInput):
        check(Words(title, "x"), FACTS)
