"""Numbers, money and dates as people of each language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from locales import translator

NIGHT = datetime(2026, 7, 5, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_234_567, "1.234.567", "1,234,567"),
        (-1_234, "−1.234", "−1,234"),
        (Decimal("1234567.8"), "1.234.567,8", "1,234,567.8"),
    ],
)
def test_numbers_are_grouped(value: int | Decimal, vi: str, en: str) -> None:
    assert (translator("vi").number(value), translator("en").number(value)) == (vi, en)


@pytest.mark.parametrize(
    ("value", "written"), [(20, "+20"), (0, "0"), (-20, "−20"), (1_500, "+1.500")]
)
def test_a_change_carries_its_sign(value: int, written: str) -> None:
    assert translator("vi").signed(value) == written


@pytest.mark.parametrize(
    ("minor", "currency", "vi", "en"),
    [
        (124_800, "VND", "124.800\u00a0₫", "₫124,800"),
        (1_250, "USD", "12,50\u00a0US$", "$12.50"),
        (-50_000, "VND", "−50.000\u00a0₫", "−₫50,000"),
        (500, "JPY", "500\u00a0¥", "¥500"),
    ],
)
def test_money_knows_its_smallest_unit(minor: int, currency: str, vi: str, en: str) -> None:
    assert translator("vi").money(minor, currency) == vi
    assert translator("en").money(minor, currency) == en


def test_a_ratio_is_written_as_a_percentage() -> None:
    assert translator("vi").percent(0.307) == "30,7%"
    assert translator("en").percent(Decimal("0.5"), decimals=0) == "50%"


def test_days_are_written_in_the_order_of_the_language() -> None:
    day = date(2026, 7, 5)

    assert translator("vi").date(day) == "05/07/2026"
    assert translator("en").date(day) == "Jul 5, 2026"
    assert translator("vi").day_month(day) == "05/07"
    assert translator("en").day_month(day) == "Jul 5"
    assert translator("vi").month(day) == "Tháng 7, 2026"
    assert translator("en").month(day) == "July 2026"
    assert translator("vi").weekday(day) == "CN"
    assert translator("en").weekday(day) == "Sun"


def test_the_time_of_day_follows_the_language() -> None:
    assert translator("vi").clock(NIGHT) == "21:04"
    assert translator("en").clock(NIGHT) == "9:04 PM"


@pytest.mark.parametrize(
    ("zone", "vi", "en"),
    [
        ("Asia/Ho_Chi_Minh", "Giờ Việt Nam (GMT+7)", "Vietnam Time (GMT+7)"),
        ("Asia/Kolkata", "Giờ Ấn Độ (GMT+5:30)", "India Time (GMT+5:30)"),
        ("America/New_York", "Giờ miền Đông (GMT−4)", "Eastern Time (GMT−4)"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_named_with_its_offset_of_that_day(zone: str, vi: str, en: str) -> None:
    assert translator("vi").time_zone_name(zone, NIGHT) == vi
    assert translator("en").time_zone_name(zone, NIGHT) == en
