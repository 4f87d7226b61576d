"""A shop with ten weeks behind it, its staff's pages served, and people to open them as."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page

from admin.surface import setup
from domain import db, secrets
from domain.access import links, staff
from domain.access.models import Staff
from domain.programs import Program
from tests.clock import FixedClock
from tests.conftest import copy_of
from tests.domain.reporting.history import END, a_history
from web.keys import WebConfig
from web.root import application

HOME = "/admin/overview"
REPORT = "/admin/reports/customer-loyalty"
VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""


@dataclass
class Shop:
    """Where the staff's pages are, and who works there, by role and language."""

    address: str
    program: Program
    staff: dict[tuple[str, str], Staff]

    async def link(self, role: str = "owner", locale: str = "vi") -> str:
        """The address of a one-time link that lets this member in."""
        member = self.staff[role, locale]
        token = await links.make_link(member.program_id, "staff", member.id, now=END)
        return f"{self.address}/admin/sign-in#{token}"

    async def sign_in(
        self, context: BrowserContext, role: str = "owner", locale: str = "vi"
    ) -> Page:
        """Come in by a link, as its reader would."""
        page = await context.new_page()
        await page.add_init_script(VIOLATIONS)
        await page.goto(await self.link(role, locale))
        await page.wait_for_selector(".framed")
        return page


@asynccontextmanager
async def open_shop(postgres: str, template: str) -> AsyncIterator[Shop]:
    """Serve the staff's pages on a database of their own."""
    secrets.configure("a secret that only tests know")
    async with copy_of(template, postgres) as dsn, db.opened(dsn):
        history = await a_history(slug="moc", names=("Ngọc Ánh", "Quốc Bảo", "Thuỳ Dương"))
        members = {
            (role, locale): await _hire(history.program, role, locale)
            for role in ("owner", "cashier")
            for locale in ("vi", "en")
        }
        app = application(
            WebConfig(public_url="http://127.0.0.1"), clock=FixedClock(END), redis=None
        )
        setup(app)
        runner = web.AppRunner(app)
        await runner.setup()
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        host, port = runner.addresses[0][:2]
        yield Shop(f"http://{host}:{port}", history.program, members)
        await runner.cleanup()


async def _hire(program: Program, role: str, locale: str) -> Staff:
    member = await staff.create_staff(
        program, login=f"{role}-{locale}", name="Lan Anh", role=role, now=END
    )
    await staff.set_locale(member, locale)
    return member


async def context_of(browser: Browser, **how: Any) -> BrowserContext:
    """A desk with a screen of the usual size, whose owner dislikes motion."""
    values = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **how}
    return await browser.new_context(**values)
