"""The buttons of all cards, in one language."""

from typing import Annotated, Final, Literal
from urllib.parse import quote, urlsplit

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CopyTextButton, InlineKeyboardButton, WebAppInfo
from pydantic import Field

from locales import Translator
from web.screens import SCREENS
from web.screens import Place as Screen

Place = Literal[
    "menu",
    "check_in",
    "points",
    "invite",
    "history",
    "language",
    "notify",
    "privacy",
    "help",
    "terms",
]
Language = Literal["vi", "en"]
LANGUAGES: Final[dict[Language, str]] = {"vi": "Tiếng Việt", "en": "English"}


class Go(CallbackData, prefix="go"):
    """A button that leads to another card."""

    to: Place


class Accept(CallbackData, prefix="accept"):
    """The button that accepts the terms as they were shown."""

    version: int


class Speak(CallbackData, prefix="speak"):
    """The button that chooses a language."""

    locale: Language


class Leaf(CallbackData, prefix="leaf"):
    """The button that turns the pages of the history: what came before a line."""

    before: Annotated[int, Field(ge=0, lt=10**9)]


class Hear(CallbackData, prefix="hear"):
    """The button in the list of notices that mutes a kind, or lets it be heard again."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    on: bool


class Mute(CallbackData, prefix="mute"):
    """The same below a notice, where the notice stays as it is."""

    kind: Annotated[str, Field(pattern=r"^[a-z_]{2,40}$")]
    on: bool


class Keyboard:
    """Makes buttons whose words are in one language."""

    def __init__(self, say: Translator, app_url: str) -> None:
        self._say = say
        self._app_url = app_url

    def app(self, page: str = "", label: str | None = None) -> InlineKeyboardButton:
        """Open the mini app at a page: inside the chat where that is possible, else outside."""
        text = label or "✨ " + self._say.text("Open my card")
        url = f"{self._app_url}{page}"
        if url.startswith("https://"):
            return InlineKeyboardButton(text=text, web_app=WebAppInfo(url=url))
        return InlineKeyboardButton(text=text, url=_reachable(url))

    def screen(self, screen: Screen) -> InlineKeyboardButton:
        """Open one screen of the mini app."""
        return self.app(screen.path, "✨ " + self._say.text(screen.label))

    def named_screen(self, name: str | None) -> InlineKeyboardButton:
        """Open the screen of that name; the first one for a name that we do not know."""
        return self.screen(SCREENS.get(name or "home", SCREENS["home"]))

    def check_in(self, points: int = 0) -> InlineKeyboardButton:
        """Check in, with what it gives today where that is known."""
        gain = " " + self._say.signed(points) if points else ""
        return self._go("check_in", "☀️ " + self._say.text("Check in") + gain)

    def points(self) -> InlineKeyboardButton:
        return self._go("points", "💰 " + self._say.text("My points"))

    def invite(self) -> InlineKeyboardButton:
        return self._go("invite", "💌 " + self._say.text("Invite friends"))

    def history(self) -> InlineKeyboardButton:
        return self._go("history", "🧾 " + self._say.text("My history"))

    def notify(self) -> InlineKeyboardButton:
        return self._go("notify", "🔔 " + self._say.text("What I hear of"))

    def privacy(self) -> InlineKeyboardButton:
        return self._go("privacy", "🔒 " + self._say.text("Privacy"))

    def older(self, before: int) -> InlineKeyboardButton:
        return _press(self._say.text("Older") + " ›", Leaf(before=before).pack())

    def newer(self, before: int) -> InlineKeyboardButton:
        return _press("‹ " + self._say.text("Newer"), Leaf(before=before).pack())

    def hear(self, kind: str, label: str, *, on: bool) -> InlineKeyboardButton:
        """Switch a kind of notice; the mark shows how it stands now."""
        mark = "🔕" if on else "🔔"
        return _press(f"{mark} {self._say.text(label)}", Hear(kind=kind, on=on).pack())

    def mute(self, kind: str, *, on: bool = False) -> InlineKeyboardButton:
        """Mute the kind of the notice above, or with `on` hear of it again."""
        words = self._say.text("Hear of this again") if on else self._say.text("Mute this kind")
        return _press(("🔔 " if on else "🔕 ") + words, Mute(kind=kind, on=on).pack())

    def language(self) -> InlineKeyboardButton:
        return self._go("language", "🌐 " + self._say.text("Language"))

    def help(self) -> InlineKeyboardButton:
        return self._go("help", "💡 " + self._say.text("Help"))

    def menu(self) -> InlineKeyboardButton:
        return self._go("menu", "‹ " + self._say.text("Menu"))

    def terms(self) -> InlineKeyboardButton:
        return self._go("terms", "📄 " + self._say.text("Read the terms"))

    def accept(self, version: int) -> InlineKeyboardButton:
        """Accept the terms of that version and join."""
        data = Accept(version=version).pack()
        return _press("✅ " + self._say.text("Accept and join"), data)

    def speak(self, locale: Language) -> InlineKeyboardButton:
        """Choose a language, whose name is written in itself."""
        mark = "✓ " if locale == self._say.code else ""
        return _press(f"{mark}{LANGUAGES[locale]}", Speak(locale=locale).pack())

    def share(self, link: str, words: str) -> InlineKeyboardButton:
        """Send a link to a friend with a few words."""
        url = f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(words, safe='')}"
        return InlineKeyboardButton(text="📨 " + self._say.text("Send to a friend"), url=url)

    def copy(self, link: str) -> InlineKeyboardButton:
        """Copy a link."""
        text = "🔗 " + self._say.text("Copy the link")
        return InlineKeyboardButton(text=text, copy_text=CopyTextButton(text=link))

    def _go(self, to: Place, label: str) -> InlineKeyboardButton:
        return _press(label, Go(to=to).pack())


def page_button(label: str, url: str) -> InlineKeyboardButton:
    """Return a button that opens a page outside the chat."""
    return InlineKeyboardButton(text=label, url=_reachable(url))


def app_url(public_url: str, slug: str) -> str:
    """Return the address of a program's mini app."""
    return f"{public_url}/p/{slug}/app"


def _press(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=label, callback_data=data)


def _reachable(url: str) -> str:
    # Telegram takes no link whose host has no dot in it.
    return url.replace("://localhost", "://127.0.0.1", 1) if _is_localhost(url) else url


def _is_localhost(url: str) -> bool:
    return urlsplit(url).hostname == "localhost"
