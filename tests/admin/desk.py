"""A desk in the shop: a browser without pictures, and whoever sits at it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from pytest_aiohttp.plugin import AiohttpClient

from admin.surface import setup
from domain import db
from domain.access import links, staff
from domain.access.models import Staff
from domain.programs import Program
from tests.clock import FixedClock
from web.keys import Limits, WebConfig
from web.root import application

HOME = "/admin/overview"
REPORT = "/admin/reports/customer-loyalty"
_numbers = count(1)


@dataclass
class Desk:
    """What was answered is kept as `page`, its text as `html`."""

    browser: TestClient[Any, Any]
    program: Program
    clock: FixedClock
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **how: Any) -> int:
        return await self._keep(await self.browser.get(path, allow_redirects=False, **how))

    async def post(self, path: str, fields: dict[str, str], **how: Any) -> int:
        answer = await self.browser.post(path, data=fields, allow_redirects=False, **how)
        return await self._keep(answer)

    async def submit(self, path: str, **fields: str) -> int:
        """Post a form as the page that was shown last would."""
        return await self.post(path, {"csrf": self.csrf, **fields})

    async def sign_in(self, role: str = "owner", **how: Any) -> Staff:
        """Come in by a link as a new member of the staff."""
        member = await self.a_member(role, **how)
        assert await self.post("/admin/sign-in/link", {"token": await self.a_link(member)}) == 303
        return member

    async def a_member(self, role: str = "owner", **how: Any) -> Staff:
        values = {"login": f"member{next(_numbers)}", "name": "Lan Anh", **how}
        return await staff.create_staff(self.program, role=role, now=self.now, **values)

    async def a_link(self, member: Staff) -> str:
        return await links.make_link(member.program_id, "staff", member.id, now=self.now)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([\w-]+)"', self.html)
        return found[1] if found else ""

    @property
    def session(self) -> str:
        return next(
            (kept.value for kept in self.browser.session.cookie_jar if kept.key == "__Host-admin"),
            "",
        )

    async def _keep(self, answer: ClientResponse) -> int:
        self.html = await answer.text()
        self.headers = dict(answer.headers)
        return answer.status


async def acts() -> list[tuple[str, dict[str, Any]]]:
    """The audit log, the oldest entry first."""
    async with db.reading() as connection:
        rows = await connection.fetch("select act, facts from audit_entry order by id")
    return [(row["act"], row["facts"]) for row in rows]


async def serve(
    aiohttp_client: AiohttpClient,
    program: Program,
    clock: FixedClock,
    redis: Any = None,
    **config_of: Any,
) -> Desk:
    """Mount the staff's surface and sit down before it."""
    config = WebConfig(public_url="https://loyalty.example", limits=Limits(), **config_of)
    app = application(config, clock=clock, redis=redis)
    setup(app)
    server = TestServer(app)
    await server.start_server()
    # The cookies are Secure; a real browser trusts the loopback too.
    jar = CookieJar(unsafe=True, treat_as_secure_origin=server.make_url("/"))
    return Desk(await aiohttp_client(server, cookie_jar=jar), program, clock)
