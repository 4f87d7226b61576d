"""How screens sort and group what they are given."""

from dataclasses import replace

from miniapp.pages.parts import grouped, sunk
from miniapp.pages.screens import EarnScreen, HistoryScreen, HomeScreen
from tests.miniapp.samples import HERO, TOMORROW, ZONE, samples, week
from tests.miniapp.wording import Tongue

WAYS = Tongue("en").ways()


def test_what_is_done_sinks_below_what_can_be_earned() -> None:
    first, *rest = WAYS
    done = replace(first, state="done", points=999)
    locked = replace(first, state="locked", until=TOMORROW)

    order = [item.state for item in sunk((done, locked, *rest))]

    assert order == ["available"] * 4 + ["locked"] + ["done"] * 2


def test_the_richest_way_comes_first() -> None:
    points = [item.points for item in sunk(WAYS) if item.state == "available"]

    assert points == sorted(points, reverse=True)


def test_a_finished_group_comes_after_the_others() -> None:
    daily = tuple(replace(item, state="done") for item in WAYS if item.group == "today")
    others = tuple(item for item in WAYS if item.group != "today")

    assert [group.name for group in grouped((*daily, *others))] == ["once", "friends", "today"]


def test_what_is_left_counts_only_what_can_be_earned_now() -> None:
    screen = EarnScreen(balance=0, items=WAYS)

    assert screen.left_today == 15 + 200 + 20 + 10 + 10
    assert not screen.all_done
    assert EarnScreen(balance=0, items=Tongue("en").ways("done")).all_done


def test_home_names_the_check_in_once() -> None:
    home = HomeScreen(hero=HERO, check_in=week(), earn=WAYS)

    assert len(home.more) == 4
    assert "daily_login" not in [item.action for item in home.more]


def test_history_stands_under_its_months() -> None:
    screen = HistoryScreen(
        balance=0, chosen="all", entries=Tongue("en").entries(ZONE), next_cursor=None
    )

    assert [(month.first_day.month, len(month.entries)) for month in screen.months] == [
        (7, 5),
        (6, 3),
    ]


def test_every_sample_exists_in_both_languages() -> None:
    assert samples("vi").keys() == samples("en").keys()
