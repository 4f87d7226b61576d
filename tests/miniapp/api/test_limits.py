from datetime import timedelta

import pytest

from domain.programs import Program
from tests.clock import FixedClock
from tests.miniapp.phone import Digest, MakePhone, Phone, refusal
from web.keys import Limits, WebConfig

BURST = 8


@pytest.fixture
def config() -> WebConfig:
    limits = Limits(customer_burst=BURST, customer_per_second=1, sign_ins_per_minute_alone=4)
    return WebConfig(public_url="https://loyalty.example", limits=limits)


async def test_m19_a_customer_who_calls_without_end_is_told_to_wait(
    member: Phone, a_phone: MakePhone, ledger: Digest, clock: FixedClock
) -> None:
    for number in range(BURST - 1):
        await member.get("me", **{"X-Forwarded-For": f"203.0.113.{number}"})
    before = await ledger()

    refused = await member.claims("daily_login")

    assert await refusal(refused) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "1"
    assert await ledger() == before
    neighbour = a_phone()
    await neighbour.signs_in()
    assert (await neighbour.get("me")).status == 200
    clock.advance(timedelta(seconds=1))
    assert (await member.claims("daily_login")).status == 201


async def test_r8_codes_cannot_be_tried_one_after_the_other(
    a_phone: MakePhone, program: Program
) -> None:
    guesser = a_phone()
    for number in range(4):
        await guesser.signs_in(start_param=f"r_GUESS{number}")

    response = await guesser.client.post(
        f"{guesser.api}/session",
        headers={
            "Authorization": f"tma {guesser.launch(start_param='r_GUESS4')}",
            "X-Forwarded-For": "203.0.113.9",
        },
    )

    assert await refusal(response) == (429, "too_many_requests")
