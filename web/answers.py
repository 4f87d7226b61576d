"""JSON answers: a shape filled in, or a verdict that was decided under the account's lock."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web
from pydantic import BaseModel

from domain.ledger.requests import Verdict
from web.errors import error_answer, sentence_of

REPLAYED: Final = "Idempotency-Replayed"
# Refusals that are stored as facts, so they have a code and no class.
_SENTENCES: Final[Mapping[str, str]] = {
    "already_earned": "You have already earned this.",
    "already_registered": "You are already a member.",
    "action_unavailable": "This earns nothing at the moment.",
    "daily_cap_reached": "That is all for today. Come back tomorrow.",
    "evidence_missing": "We have not seen you do this yet.",
    "evidence_invalid": "This does not count any more. Please start again.",
    "too_soon": "A little longer, please.",
    # Verdicts of the decision log only.
    "already": "You have already earned this.",
    "posted": "Points were added.",
    "pending": "Points will be added after their holding period.",
    "own_link": "You opened your own invite link.",
    "already_member": "You were a member before you opened the invite link.",
    "not_registered": "The referrer has not joined yet.",
    "daily_cap": "The limit of referrals for the day was reached.",
    "weekly_cap": "The limit of referrals for the week was reached.",
}


def answer(content: BaseModel, status: int = 200) -> web.Response:
    """Answer a filled shape as JSON."""
    return web.Response(
        body=content.model_dump_json().encode(), status=status, content_type="application/json"
    )


def verdict_answer(request: web.Request, verdict: Verdict, shape: type[BaseModel]) -> web.Response:
    """Answer what was decided; a repeat gets the first status and body, and says so."""
    if verdict.is_refusal:
        response = refused_verdict(request, verdict)
    else:
        response = answer(shape.model_validate(verdict.facts), verdict.status)
    if verdict.replayed:
        response.headers[REPLAYED] = "true"
    return response


def refused_verdict(request: web.Request, verdict: Verdict) -> web.Response:
    """Answer a stored refusal as if it were raised now."""
    facts = {name: fact for name, fact in verdict.facts.items() if name != "code"}
    code = verdict.facts["code"]
    return error_answer(request, code, said_of(code), facts, verdict.status)


def said_of(code: str) -> str:
    """Return the English sentence of any refusal or verdict by its code."""
    return _SENTENCES.get(code) or sentence_of(code)
