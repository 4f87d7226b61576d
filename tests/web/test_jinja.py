"""Templates speak one language and escape every value."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from web.jinja import environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(
        "{% trans name=name %}Hi {{ name }}{% endtrans %} {{ points | number }}"
        " {{ ngettext('%(count)s minute', '%(count)s minutes', 2, count=2 | number) }}"
    )
    (tmp_path / "broken.html").write_text("{{ nobody }}")
    return tmp_path


@pytest.mark.parametrize(
    ("locale", "said"), [("vi", "Chào An 1.200 2 phút"), ("en", "Hi An 1,200 2 minutes")]
)
def test_words_and_numbers_are_of_one_language(folder: Path, locale: str, said: str) -> None:
    page = environment(folder, locale).get_template("page.html")

    assert page.render(name="An", points=1_200) == said


def test_a_name_cannot_become_markup(folder: Path) -> None:
    page = environment(folder, "vi").get_template("page.html")

    assert "&lt;b&gt;%(x)s {{7*7}}" in page.render(name="<b>%(x)s {{7*7}}", points=0)


def test_a_missing_value_is_an_error(folder: Path) -> None:
    with pytest.raises(UndefinedError):
        environment(folder, "vi").get_template("broken.html").render()
