"""Signing in: a chat's proof, a one-time link or a word in the chat becomes a session of ours."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from domain.access import sign_in_codes
from domain.access.links import use_link
from domain.access.sessions import Opened, SignInRequired, open_session
from domain.customers.enrolment import Identity, by_id
from domain.earning.arrival import Arrival, arrive
from domain.programs import Program
from miniapp.auth.init_data import InvalidInitData, TelegramUser, verified
from miniapp.auth.visits import CHANNEL, now_of, proof_of
from web.bodies import Body
from web.bots import bot_for
from web.keys import LOCALE
from web.limits import count_sign_in

_START_PARAM: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Start(Body):
    """How the app was opened; the chat's signed word, where there is one, comes first."""

    start_param: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """Who has come, and the session they got."""

    arrival: Arrival
    opened: Opened
    # What the launch names; the chat's signed word beats the address's.
    start_param: str | None = None


async def sign_in(request: web.Request, program: Program, start: Start) -> SignedIn:
    """Let in whoever proves who they are.

    Raises InvalidInitData, Expired, InvalidLink, InvalidCode, SignInRequired, TooManyRequests.
    """
    await count_sign_in(request)
    scheme, proof = proof_of(request)
    now = now_of(request)
    if scheme == "tma":
        bot = await bot_for(request.app, program)
        if bot is None:
            raise InvalidInitData
        user = verified(proof, bot.token, now=now)
        signed_in = await _from_telegram(program, user, start.start_param, now)
    elif scheme == "link":
        signed_in = await _by_link(program, proof, now)
    elif scheme == "code":
        signed_in = await _by_code(program, proof, now)
    else:
        raise SignInRequired
    request[LOCALE] = signed_in.arrival.customer.locale
    return signed_in


async def _from_telegram(
    program: Program, user: TelegramUser, hint: str | None, now: datetime
) -> SignedIn:
    start_param = _known_shape(user.start_param or hint)
    arrival = await arrive(
        program,
        Identity("telegram", str(user.id)),
        name=user.name,
        locale=user.language.partition("-")[0].lower() or program.locale,
        start_param=start_param,
        channel=CHANNEL,
        now=now,
    )
    opened = await open_session(
        program.id,
        arrival.customer.customer_id,
        channel="telegram",
        now=now,
        proved_at=user.proved_at,
    )
    return SignedIn(arrival, opened, start_param)


async def _by_link(program: Program, token: str, now: datetime) -> SignedIn:
    guest = await use_link("customer", token, now=now, program_id=program.id)
    customer = await by_id(guest.subject_id)
    opened = await open_session(program.id, customer.customer_id, channel="link", now=now)
    return SignedIn(Arrival(customer, is_new=False), opened)


async def _by_code(program: Program, proof: str, now: datetime) -> SignedIn:
    customer_id = await sign_in_codes.use(program.id, *code_parts(proof), now=now)
    customer = await by_id(customer_id)
    opened = await open_session(program.id, customer_id, channel="browser", now=now)
    return SignedIn(Arrival(customer, is_new=False), opened)


def code_parts(proof: str) -> tuple[str, str]:
    """Return the nonce and the secret of what the browser that asked was given."""
    nonce, _, secret = proof.partition(".")
    return nonce, secret


def _known_shape(start_param: str | None) -> str | None:
    """Return what may be one of our codes; addresses and scripts are none."""
    return start_param if start_param and _START_PARAM.fullmatch(start_param) else None
