"""Addresses as a chat would open them: who asks, and the colours around the page."""

import json
from urllib.parse import quote, urlencode

Theme = dict[str, str]

IOS_DAY: Theme = {
    "bg_color": "#ffffff",
    "secondary_bg_color": "#efeff4",
    "section_bg_color": "#ffffff",
    "text_color": "#000000",
    "hint_color": "#8e8e93",
    "subtitle_text_color": "#8e8e93",
    "button_color": "#007aff",
}
TELEGRAM_DARK: Theme = {
    "bg_color": "#17212b",
    "secondary_bg_color": "#232e3c",
    "text_color": "#f5f5f5",
    "hint_color": "#708499",
}
# Bright on bright, and a hint nobody can read: repaired or unusable.
HOSTILE: Theme = {
    "bg_color": "#ffef5a",
    "secondary_bg_color": "#7a7a7a",
    "section_bg_color": "#ff9ad5",
    "text_color": "#ffe08a",
    "hint_color": "#fff7b0",
}


def launch(theme: Theme | None = None, locale: str = "vi", version: str = "8.0") -> str:
    """The fragment with which Telegram opens a mini app."""
    user = json.dumps({"id": 5, "first_name": "Ngọc Ánh", "language_code": locale})
    proof = urlencode({"user": user, "auth_date": "1790000000", "hash": "0"}, quote_via=quote)
    parts = {"tgWebAppData": proof, "tgWebAppVersion": version, "tgWebAppPlatform": "android"}
    if theme is not None:
        parts["tgWebAppThemeParams"] = json.dumps(theme)
    return "#" + urlencode(parts, quote_via=quote)
