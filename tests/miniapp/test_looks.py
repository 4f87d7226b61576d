"""A merchant's colours stay readable, and codes are drawn."""

import pytest

from miniapp.pages.looks import qr, tokens
from miniapp.pages.parts import Brand
from web.colours import contrast, ramp

ACCENTS = ["#14624f", "#ffcc00", "#e02020", "#ffffff", "#000000", "#808080", "#00ffee", "#1e3a8a"]
# All that is written on the card: --paper, --mist and --straw of mini.css.
WORDS = ["#fff8ea", "#d5e7de", "#ffd591"]


@pytest.mark.parametrize("accent", ACCENTS)
def test_words_stand_out_on_every_part_of_the_card(accent: str) -> None:
    weak = [(word, stop) for word in WORDS for stop in ramp(accent) if contrast(word, stop) < 4.5]

    assert weak == []


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#14624f;}", "", "url(x)"])
def test_what_is_no_colour_never_reaches_the_style_sheet(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        Brand(accent=colour)


def test_a_seed_cannot_break_out_of_the_style_sheet() -> None:
    rule = tokens(Brand(seed='"}</style><script>'))

    assert "<" not in rule
    assert rule.count("}") == tokens(Brand()).count("}")


def test_a_link_becomes_one_drawing() -> None:
    drawn = qr("https://t.me/moc_rewards_bot?start=r_7Qk2x9Ab")

    assert drawn.startswith("<svg viewBox=")
    assert drawn.count("<path") == 1
