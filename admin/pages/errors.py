"""Refusals and faults as pages: what happened, whom to ask, and the menu still there."""

import logging
from typing import Final

from aiohttp import hdrs, web

from admin.pages.layout import page
from admin.pages.places import API, SIGN_IN, SIGN_IN_CODE
from admin.pages.sign_in import second_step_page, sign_in_page
from admin.pages.words import sentence_for
from domain.errors import InvalidInput, NotFound, Refusal
from domain.faults import as_refusal
from web.errors import STATUSES, Handler, InternalError, MethodNotAllowed
from web.keys import REQUEST_ID

_log = logging.getLogger(__name__)
_ASK_THE_CODE_AGAIN: Final = frozenset({"wrong_code", "too_many_tries", "too_many_requests"})


@web.middleware
async def answer_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what goes wrong on a page into a page; the JSON's refusals go on as they are."""
    if request.path.startswith(API):
        return await handler(request)
    try:
        return await handler(request)
    except Refusal as refusal:
        return await _refused(request, refusal)
    except web.HTTPException as answer:
        if answer.status < 400:  # noqa: PLR2004
            raise
        return await _refused(request, _ours(answer), answer)
    except Exception as error:  # noqa: BLE001 - whatever it is, a page says so without its secrets
        return await _refused(request, _fault(request, error))


async def _refused(
    request: web.Request, refusal: Refusal, answer: web.HTTPException | None = None
) -> web.Response:
    status = answer.status if answer else STATUSES.get(refusal.code, 409)
    if request.path == SIGN_IN_CODE and refusal.code in _ASK_THE_CODE_AGAIN:
        response = await second_step_page(request, refusal=refusal, status=status)
    elif refusal.code == "sign_in_required" or request.path.startswith(SIGN_IN):
        response = await sign_in_page(request, refusal=refusal, status=status)
    else:
        response = page(
            request,
            "refusal.html",
            status=status,
            sentence=sentence_for(request, refusal),
            is_forbidden=refusal.code == "forbidden",
            request_id=request.get(REQUEST_ID, ""),
        )
    if pause := refusal.facts.get("retry_after"):
        response.headers[hdrs.RETRY_AFTER] = str(pause)
    if answer and hdrs.ALLOW in answer.headers:
        response.headers[hdrs.ALLOW] = answer.headers[hdrs.ALLOW]
    return response


def _ours(answer: web.HTTPException) -> Refusal:
    if isinstance(answer, web.HTTPMethodNotAllowed):
        return MethodNotAllowed()
    return NotFound() if answer.status == 404 else InvalidInput(answer.reason)  # noqa: PLR2004


def _fault(request: web.Request, error: Exception) -> Refusal:
    if refusal := as_refusal(error):
        _log.warning("request %s: %s", request.get(REQUEST_ID), type(error).__name__)
        return refusal
    _log.error("request %s failed", request.get(REQUEST_ID), exc_info=error)
    return InternalError()
