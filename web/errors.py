"""Refusals as answers: one table of codes, one shape, in the language of whoever asked."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from aiohttp import web

from domain.errors import InvalidInput, NotFound, Refusal
from domain.faults import as_refusal
from domain.ids import new_id
from domain.measures import REFUSALS
from locales import Translator, accepted, translator
from web.keys import LOCALE, REQUEST_ID

_log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# What is not here is 409: the state of things does not allow it.
STATUSES: Final[Mapping[str, int]] = {
    "malformed_body": 400,
    "idempotency_key_missing": 400,
    "sign_in_required": 401,
    "invalid_init_data": 401,
    "expired": 401,
    "invalid_link": 401,
    "invalid_code": 401,
    "wrong_credentials": 401,
    "login_refused": 401,
    "login_stale": 401,
    "login_declined": 401,
    "login_secret_refused": 401,
    "forbidden": 403,
    "foreign_origin": 403,
    "stale_form": 403,
    "terms_required": 403,
    "not_found": 404,
    "too_slow": 408,
    "too_large": 413,
    "unsupported_content": 415,
    "invalid_input": 422,
    "out_of_bounds": 422,
    "unlikely_birthday": 422,
    "not_confirmed": 422,
    "cannot_mute": 422,
    "unfit_password": 422,
    "wrong_password": 422,
    "wrong_code": 422,
    "key_reused": 422,
    "evidence_missing": 422,
    "evidence_invalid": 422,
    "too_soon": 422,
    "bot_token_refused": 422,
    "wrong_chat_code": 422,
    "too_many_requests": 429,
    "too_many_tries": 429,
    "internal": 500,
    "clock_behind": 503,
    "unavailable": 503,
    "bot_api_unreachable": 503,
    "login_unreachable": 503,
}
# Seconds after which it is worth asking again, where the refusal does not say it itself.
_PAUSES: Final[Mapping[str, int]] = {"in_progress": 1, "clock_behind": 60, "unavailable": 2}
_OTHERS: Final[Mapping[int, str]] = {400: "malformed_body", 404: "not_found", 413: "too_large"}


class MethodNotAllowed(Refusal):
    """This address does not do that."""

    code = "method_not_allowed"


class InternalError(Refusal):
    """Something went wrong on our side. Nothing was changed."""

    code = "internal"


@web.middleware
async def answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every refusal and every fault into an answer; a fault tells its secrets to the log."""
    request[REQUEST_ID] = str(new_id())
    try:
        return await handler(request)
    except Refusal as refusal:
        return refused(request, refusal)
    except web.HTTPException as answer:
        if answer.status < 400:  # noqa: PLR2004
            raise
        return _translated(request, answer)
    except Exception as error:  # noqa: BLE001 - whatever it is, it leaves no stack in an answer
        return _failed(request, error)


def refused(request: web.Request, refusal: Refusal, status: int | None = None) -> web.Response:
    """Answer a refusal with its code, its sentence and its facts."""
    return error_answer(request, refusal.code, refusal.message, refusal.facts, status)


def error_answer(
    request: web.Request,
    code: str,
    message: str,
    facts: Mapping[str, Any],
    status: int | None = None,
) -> web.Response:
    """Answer `{"error": {"code", "message", ...facts}}`, or the bare sentence to a browser's tab."""
    REFUSALS.labels(code).inc()
    spoken = translator(locale_of(request))
    said = {name: _spoken(spoken, value) for name, value in facts.items()}
    sentence = spoken.text(message, **{"code": code, **said})
    answer = web.Response(status=status or STATUSES.get(code, 409))
    if _is_navigation(request):
        answer.text = sentence
    else:
        answer = web.json_response(
            {
                "error": {
                    "code": code,
                    "message": sentence,
                    **{n: _plain(v) for n, v in facts.items()},
                }
            },
            status=answer.status,
        )
    answer.headers["Content-Language"] = spoken.code
    if pause := facts.get("retry_after", _PAUSES.get(code)):
        answer.headers["Retry-After"] = str(pause)
    if answer.status == 401:  # noqa: PLR2004
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def sentence_of(code: str) -> str:
    """Return the English sentence of a refusal that was stored by its code."""
    return next(
        ((kind.__doc__ or code).strip() for kind in _kinds(Refusal) if kind.code == code), code
    )


def locale_of(request: web.Request) -> str:
    """Return the language to answer in: the customer's, else the browser's first that we speak."""
    return request.get(LOCALE) or accepted(request.headers.get("Accept-Language", ""))


def _translated(request: web.Request, answer: web.HTTPException) -> web.Response:
    if isinstance(answer, web.HTTPMethodNotAllowed):
        ours = refused(request, MethodNotAllowed(), answer.status)
        ours.headers["Allow"] = answer.headers["Allow"]
        return ours
    code = _OTHERS.get(answer.status, "invalid_input")
    refusal = NotFound() if code == "not_found" else InvalidInput(answer.reason)
    return error_answer(request, code, sentence_of(code), refusal.facts, answer.status)


def _failed(request: web.Request, error: Exception) -> web.Response:
    if refusal := as_refusal(error):
        _log.warning("request %s: %s", request[REQUEST_ID], type(error).__name__)
        return refused(request, refusal)
    route = request.match_info.route.resource
    where = route.canonical if route else "no route"
    _log.error("request %s failed at %s", request[REQUEST_ID], where, exc_info=error)
    return refused(request, InternalError(request_id=request[REQUEST_ID]))


def _is_navigation(request: web.Request) -> bool:
    wants_page = "text/html" in request.headers.get("Accept", "")
    return wants_page and "Authorization" not in request.headers and "/api/" not in request.path


def _spoken(say: Translator, value: object) -> object:
    if type(value) is int:
        return say.number(value)
    return say.date(value) if type(value) is date else value


def _plain(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str | int | float | list | dict | None) else str(value)


def _kinds(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)
