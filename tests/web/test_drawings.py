"""Icons and growth rings."""

import re
from itertools import pairwise

import pytest

from web.icons import icon, is_icon
from web.rings import grow, pick, rings


def test_an_icon_is_hidden_from_screen_readers() -> None:
    drawn = icon("gift", 20)

    assert 'aria-hidden="true"' in drawn
    assert 'width="20"' in drawn
    assert "<path" in drawn or "<rect" in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../package", "Gift", "", "a b"])
def test_what_is_no_icon_is_refused(name: str) -> None:
    assert not is_icon(name)
    with pytest.raises(ValueError, match="no icon"):
        icon(name)


def test_the_same_seed_grows_the_same_rings() -> None:
    assert rings("moc", 12, 100, 100, 8) == rings("moc", 12, 100, 100, 8)
    assert rings("moc", 12, 100, 100, 8) != rings("tra", 12, 100, 100, 8)


@pytest.mark.parametrize("seed", [f"seed {n}" for n in range(40)])
def test_each_ring_lies_outside_the_one_before(seed: str) -> None:
    widths = [spread(ring.path) for ring in grow(seed, 16, 0, 0, 20)]

    assert all(
        inner_left > left and inner_right < right
        for (inner_left, inner_right), (left, right) in pairwise(widths)
    )


def spread(path: str) -> tuple[float, float]:
    """How far to the left and right of its centre a ring reaches."""
    numbers = [int(number) for number in re.findall(r"-?\d+", path)]
    at = numbers[0]
    reached = [at]
    for step in range(2, len(numbers), 4):
        at += numbers[step + 2]
        reached.append(at)
    return min(reached), max(reached)


def test_a_ring_is_closed() -> None:
    for ring in grow("moc", 16, 0, 0, 20):
        numbers = [int(number) for number in re.findall(r"-?\d+", ring.path)]
        steps = numbers[2:]
        assert sum(steps[2::4]) == sum(steps[3::4]) == 0
        assert ring.path.endswith("z")


def test_a_seed_always_picks_the_same_look() -> None:
    assert [pick("news-1", 5) for _ in range(3)] == [pick("news-1", 5)] * 3
    assert {pick(f"news-{n}", 5) for n in range(60)} == {0, 1, 2, 3, 4}
