"""The admin JSON, for the pages' own figures and for merchants' scripts."""

from typing import Final

from aiohttp import web

from admin.api import audit_log, reports, rules
from web.openapi import Document

PREFIX: Final = "/admin/api/v1"
_DESCRIBED: Final = (
    web.get(f"{PREFIX}/reports/customer-loyalty", reports.show_loyalty),
    web.get(f"{PREFIX}/reports/movements", reports.list_movements),
    web.get(f"{PREFIX}/reports/referrals", reports.list_referrals),
    *audit_log.ROUTES,
    *rules.ROUTES,
)
_DOCUMENT: Final = Document(
    title="Admin",
    version="1",
    prefix=PREFIX,
    security={
        "session": {"type": "apiKey", "in": "cookie", "name": "__Host-admin"},
        "token": {"type": "http", "scheme": "bearer"},
    },
)


async def _document(_request: web.Request) -> web.Response:
    return web.json_response(_DOCUMENT.render(_DESCRIBED, PREFIX))


ROUTES: Final = (*_DESCRIBED, web.get(f"{PREFIX}/openapi.json", _document))
