"""Prices as people write them: whole units of the currency, with its own decimals at most."""

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

from domain.content.drafts import PRICE_MAX, PriceOutOfRange

_PRICE = re.compile(r"([0-9]{1,13})(?:[.,]([0-9]{1,4}))?")


def minor_units(text: str, currency: str) -> int:
    """Return a price in the smallest units; raises PriceOutOfRange for anything else.

    `39.000` is refused where a currency has no decimals: nobody can tell which is meant.
    """
    digits = get_currency_precision(currency)
    match = _PRICE.fullmatch(text.strip())
    if not match or len(match[2] or "") > digits:
        raise PriceOutOfRange
    whole, rest = match[1], (match[2] or "").ljust(digits, "0")
    price = int(whole + rest)
    if price > PRICE_MAX:
        raise PriceOutOfRange
    return price


def written(price: int, currency: str) -> str:
    """Return a price as it is typed."""
    return f"{Decimal(price).scaleb(-get_currency_precision(currency)):f}"
