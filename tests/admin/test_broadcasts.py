"""A14: messages to many are looked at, confirmed, and followed."""

from datetime import timedelta

import pytest

from domain.notices import broadcasts, recipients
from domain.notices.broadcasts import Broadcast
from domain.notices.preferences import mute
from tests.admin.desk import Desk, acts
from tests.factories import a_member

PLACE = "/admin/broadcasts"
WORDS = {
    "vi_title": "Chào {name}!",
    "vi_body": "Hôm nay {program} có <b>món mới</b>.",
    "en_title": "Hello {name}!",
    "en_body": "",
    "screen": "news",
    "locale": "",
}


async def _planned(desk: Desk, **fields: str) -> Broadcast:
    await desk.get(f"{PLACE}/new")
    assert await desk.submit(PLACE, **WORDS | fields) == 303, desk.html
    (planned, *_) = await broadcasts.broadcasts(desk.program)
    assert desk.headers["Location"] == f"{PLACE}/{planned.id}"
    await desk.get(f"{PLACE}/{planned.id}")
    return planned


async def _status(desk: Desk, of: Broadcast) -> str:
    return (await broadcasts.broadcast(desk.program, of.id)).status


async def test_a_message_is_shown_as_members_read_it_before_anything_is_sent(desk: Desk) -> None:
    await desk.sign_in("manager")
    await a_member(desk.program)
    lan = await a_member(desk.program)
    await mute(lan.customer_id, "broadcast", True)

    planned = await _planned(desk)

    assert "Chào Ngọc Ánh!" in desk.html
    assert "Hello Anna!" in desk.html
    assert "&lt;b&gt;món mới&lt;/b&gt;" in desk.html
    assert "<b>{name}</b>" not in desk.html
    assert "&lt;b&gt;{name}&lt;/b&gt;" in desk.html
    assert '<p class="count"><b>1</b>' in desk.html
    assert await _status(desk, planned) == "draft"
    assert await recipients.under_way(desk.program.id) == []


async def test_confirmed_it_goes_out_and_can_be_held_and_stopped(desk: Desk) -> None:
    await desk.sign_in("manager")
    await a_member(desk.program)
    planned = await _planned(desk)

    for act, status in (
        ("confirm", "sending"),
        ("pause", "paused"),
        ("resume", "sending"),
        ("stop", "cancelled"),
    ):
        assert await desk.submit(f"{PLACE}/{planned.id}/{act}") == 303
        assert await _status(desk, planned) == status
        assert await desk.get(f"{PLACE}/{planned.id}") == 200

    said = [act for act, _ in await acts() if act.startswith("broadcast")]
    assert said == ["broadcast_planned", "broadcast_confirmed", *["broadcast_turned"] * 3]
    assert await desk.get(PLACE) == 200
    assert "Chào {name}!" in desk.html


async def test_a_message_is_confirmed_once(desk: Desk) -> None:
    await desk.sign_in("manager")
    await a_member(desk.program)
    planned = await _planned(desk)
    await desk.submit(f"{PLACE}/{planned.id}/confirm")
    await desk.get(f"{PLACE}/{planned.id}")

    assert await desk.submit(f"{PLACE}/{planned.id}/confirm") == 409
    assert (await recipients.progress(planned)).total == 1


@pytest.mark.parametrize(
    ("field", "words", "sentence"),
    [
        ("vi_body", "Chào {nmae}", "{nmae}"),
        ("en_title", "Hello {", "đứng một mình"),
        ("vi_body", "x" * 4_001, "4000"),
        ("vi_title", "", "tiêu đề còn trống"),
        ("locale", "fr", 'aria-invalid="true"'),
    ],
)
async def test_a_broken_message_is_shown_again_with_a_sentence(
    desk: Desk, field: str, words: str, sentence: str
) -> None:
    await desk.sign_in("manager")
    await desk.get(f"{PLACE}/new")

    assert await desk.submit(PLACE, **WORDS | {field: words}) == 422

    assert sentence in desk.html
    assert "Hôm nay {program}" in desk.html or field == "vi_body"
    assert await broadcasts.broadcasts(desk.program) == []


async def test_an_empty_message_is_refused(desk: Desk) -> None:
    await desk.sign_in("manager")
    await desk.get(f"{PLACE}/new")

    assert await desk.submit(PLACE, **dict.fromkeys(WORDS, "")) == 422


async def test_another_like_it_begins_with_its_words(desk: Desk) -> None:
    await desk.sign_in("manager")
    planned = await _planned(desk)

    assert await desk.get(f"{PLACE}/new?of={planned.id}") == 200
    assert "Chào {name}!" in desk.html
    assert await desk.get(f"{PLACE}/new?of=nonsense") == 200


async def test_at_night_it_says_when_it_goes_on(desk: Desk) -> None:
    await desk.sign_in("manager")
    await a_member(desk.program)
    planned = await _planned(desk)
    await desk.submit(f"{PLACE}/{planned.id}/confirm")
    desk.clock.advance(timedelta(hours=10))
    await desk.sign_in("manager")

    await desk.get(f"{PLACE}/{planned.id}")

    assert "08:00" in desk.html


@pytest.mark.parametrize("role", ["analyst", "cashier"])
async def test_who_may_not_send_sees_no_page(desk: Desk, role: str) -> None:
    await desk.sign_in(role)

    for place in (PLACE, f"{PLACE}/new"):
        assert await desk.get(place) == 403


async def test_what_is_not_there_is_404(desk: Desk) -> None:
    await desk.sign_in("owner")
    planned = await _planned(desk)

    for place in (f"{PLACE}/nonsense", f"{PLACE}/01a20df0-c1e8-7501-89b3-4b1c6cc3e39e"):
        assert await desk.get(place) == 404
    await desk.get(f"{PLACE}/{planned.id}")
    assert await desk.submit(f"{PLACE}/{planned.id}/explode") == 404
