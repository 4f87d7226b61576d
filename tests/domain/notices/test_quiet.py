from datetime import UTC, datetime

import pytest

from domain.notices.quiet import morning, quiet_until

SAIGON = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T13:59:59", None),
        ("2026-03-02T14:00:00", "2026-03-03T01:00:00"),
        ("2026-03-02T17:30:00", "2026-03-03T01:00:00"),
        ("2026-03-03T00:59:59", "2026-03-03T01:00:00"),
        ("2026-03-03T01:00:00", None),
    ],
)
def test_it_is_quiet_from_nine_to_eight_in_the_programs_zone(now: str, until: str | None) -> None:
    found = quiet_until(datetime.fromisoformat(f"{now}Z"), SAIGON)

    assert found == (until and datetime.fromisoformat(f"{until}Z"))


def test_a_night_in_which_the_clocks_change_ends_at_eight_all_the_same() -> None:
    night = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight in Berlin, an hour before the change

    assert quiet_until(night, "Europe/Berlin") == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_tomorrow_is_the_next_day_of_the_zone() -> None:
    late = datetime(2026, 3, 2, 18, tzinfo=UTC)  # one in the morning of the third

    assert morning(late, SAIGON, days=1) == datetime(2026, 3, 4, 1, tzinfo=UTC)
