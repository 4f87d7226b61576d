"""Sentences in both languages."""

import pytest

from locales import accepted, choose, translator


def test_a_sentence_is_said_with_its_facts() -> None:
    assert translator("vi").text("Hi %(name)s", name="Ngọc Ánh") == "Chào Ngọc Ánh"


def test_english_is_its_own_key() -> None:
    assert translator("en").text("Hi %(name)s", name="An") == "Hi An"


def test_a_percent_sign_is_written_twice() -> None:
    assert translator("en").text("100%% of %(name)s", name="it") == "100% of it"


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [
        ("en", 1, "1 minute"),
        ("en", 1_000, "1,000 minutes"),
        ("vi", 1, "1 phút"),
        ("vi", 1_000, "1.000 phút"),
    ],
)
def test_a_count_chooses_its_sentence(locale: str, count: int, said: str) -> None:
    plural = translator(locale).plural("%(count)s minute", "%(count)s minutes", count)

    assert plural == said


def test_an_unknown_language_gets_vietnamese() -> None:
    assert translator("fr").code == "vi"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("en-US,en;q=0.9", "en"),
        ("fr-FR,en;q=0.8,vi;q=0.7", "en"),
        ("vi", "vi"),
        ("de, fr;q=0.5", "vi"),
        ("", "vi"),
        ("*", "vi"),
    ],
)
def test_the_readers_first_known_language_wins(header: str, chosen: str) -> None:
    assert accepted(header) == chosen


def test_a_chat_may_write_its_language_with_a_region() -> None:
    assert choose(["pt_BR", "EN-gb"]) == "en"
