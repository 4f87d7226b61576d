"""How numbers, money and dates are written in each language."""

from datetime import date, datetime, tzinfo
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_name
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
)

MINUS = "\u2212"

# Vietnamese readers expect the order day, month, year; abbreviated month names read badly.
_DATES = {
    "vi": {
        "date": "dd/MM/yyyy",
        "day_month": "dd/MM",
        "month": "'Tháng' M, y",
        "weekday": "EEEEE",
        "clock": "HH:mm",
    },
    "en": {
        "date": "MMM d, y",
        "day_month": "MMM d",
        "month": "LLLL y",
        "weekday": "EEE",
        "clock": "h:mm a",
    },
}


def number(locale: Locale, value: int | Decimal) -> str:
    """Group the digits; a negative number carries a real minus sign."""
    return str(format_decimal(value, locale=locale)).replace("-", MINUS)


def signed(locale: Locale, value: int | Decimal) -> str:
    """Like `number`, and a gain says so with a plus."""
    return f"+{number(locale, value)}" if value > 0 else number(locale, value)


def money(locale: Locale, minor: int, currency: str) -> str:
    """Write an amount given in the currency's smallest units."""
    digits = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-digits)
    return str(format_currency(amount, currency, locale=locale)).replace("-", MINUS)


def percent(locale: Locale, ratio: float | Decimal, decimals: int = 1) -> str:
    """Write a ratio such as 0.307 as a percentage."""
    pattern = "#,##0%" if decimals == 0 else f"#,##0.{'0' * decimals}%"
    return str(format_percent(ratio, pattern, locale=locale)).replace("-", MINUS)


def calendar(locale: Locale, value: date, shape: str) -> str:
    """Write a day, a month or a weekday in the shape that this language uses for it."""
    return str(format_date(value, _DATES[locale.language][shape], locale=locale))


def clock(locale: Locale, value: datetime) -> str:
    """Write the time of day of an instant that is already in the reader's zone."""
    return str(format_time(value, _DATES[locale.language]["clock"], locale=locale))


def time_zone(locale: Locale, zone: tzinfo, at: datetime) -> str:
    """Name a zone and its distance from Greenwich at an instant."""
    if str(zone) == "UTC":
        return "UTC"
    name = get_timezone_name(zone, locale=locale)
    offset = get_timezone_gmt(at.astimezone(zone), width="iso8601_short", locale="en")
    return f"{name} (GMT{_short_offset(str(offset))})"


def _short_offset(offset: str) -> str:
    if offset == "Z":  # London in winter
        return "+0"
    hours, minutes = offset[1:3].lstrip("0") or "0", offset[3:]
    return f"{offset[0].replace('-', MINUS)}{hours}{':' + minutes if minutes else ''}"
