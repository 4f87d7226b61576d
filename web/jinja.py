"""Page templates: one environment per surface and language, every value escaped."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from locales import Translator, translator
from web.assets import asset_url
from web.icons import icon, is_icon
from web.rings import pick, rings


@cache
def environment(folder: Path, locale: str) -> Environment:
    """Return the templates of a folder, speaking one language.

    The words are `_()`, `ngettext()` and `{% trans %}`; numbers, money and dates are filters.
    """
    speaker = translator(locale)
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # The extension adds this method at run time, so its stub cannot know it.
    made.install_gettext_callables(  # type: ignore[attr-defined]
        speaker.raw, speaker.raw_plural, newstyle=True
    )
    made.globals |= {
        "asset_url": asset_url,
        "icon": icon,
        "is_icon": is_icon,
        "rings": rings,
        "pick": pick,
        "locale": speaker.code,
    }
    made.filters |= _filters(speaker)
    return made


def _filters(speaker: Translator) -> dict[str, Callable[..., str]]:
    return {
        "number": speaker.number,
        "signed": speaker.signed,
        "money": speaker.money,
        "percent": speaker.percent,
        "date": speaker.date,
        "day_month": speaker.day_month,
        "month": speaker.month,
        "weekday": speaker.weekday,
        "clock": speaker.clock,
    }
