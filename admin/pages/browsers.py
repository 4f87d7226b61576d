"""What a browser says of itself, in words that its owner recognises."""

from typing import Final

from locales import Translator

# The first that is found counts: most browsers also name those that they resemble.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc", "Cốc Cốc"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_words(spoken: Translator, said: str | None) -> str:
    """Name a browser and what it runs on, as far as they are known."""
    browser = next((name for sign, name in _BROWSERS if sign in (said or "")), None)
    system = next((name for sign, name in _SYSTEMS if sign in (said or "")), None)
    if browser and system:
        return spoken.text("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or spoken.text("Unknown browser")
