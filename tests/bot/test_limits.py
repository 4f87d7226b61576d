from datetime import timedelta

from bot.telegram.config import BotConfig
from bot.telegram.flood import Flood
from bot.telegram.pace import Gaps
from tests.clock import MONDAY_NOON as NOON

SECOND = timedelta(seconds=1)
CONFIG = BotConfig(public_url="http://127.0.0.1:8080", person_burst=3, person_per_second=1)


def test_a_person_has_a_burst_and_is_then_warned_once_a_minute() -> None:
    flood = Flood(CONFIG)

    admitted = [flood.admit(1, NOON) for _ in range(6)]
    later = [flood.admit(1, NOON + SECOND) for _ in range(2)]
    after_a_minute = [flood.admit(1, NOON + 61 * SECOND) for _ in range(4)]

    assert admitted == ["heard"] * 3 + ["warned", "ignored", "ignored"]
    assert later == ["heard", "ignored"]
    assert after_a_minute == ["heard"] * 3 + ["warned"]


def test_another_person_is_another_bucket() -> None:
    flood = Flood(CONFIG)
    for _ in range(5):
        flood.admit(1, NOON)

    assert flood.admit(2, NOON) == "heard"


def test_a_chat_is_told_when_it_may_have_the_next() -> None:
    gaps = Gaps(1)

    assert gaps.take("1", NOON) is None
    assert gaps.take("1", NOON + SECOND / 2) == NOON + SECOND
    assert gaps.take("2", NOON + SECOND / 2) is None
    assert gaps.take("1", NOON + SECOND) is None
