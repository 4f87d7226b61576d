"""What tests of the mini app do again and again in the browser."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, Request, Route

from tests.browser.hosts import IOS_DAY, launch

HOST = """
window.told = [];
window.TelegramWebviewProxy = {postEvent: (name, data) => told.push([name, JSON.parse(data)])};
"""
NO_STORAGE = """
for (const name of ["sessionStorage", "localStorage"])
    Object.defineProperty(window, name, {get() { throw new DOMException("no", "SecurityError") }});
"""
COUNT_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
"""
WIRED = "html[data-wired]"
CLAIM = "#check-in button"


async def opened(page: Page, site: str, name: str = "home", path: str = "") -> None:
    await page.goto(f"{site}/p/{name}.vi/app{path}{launch(IOS_DAY)}")
    await page.wait_for_selector(WIRED)


def watched(page: Page, pattern: str) -> list[Request]:
    """Collect the requests to addresses that match."""
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request) if pattern in request.url else None)
    return seen


def failing(times: int, answer: Callable[[Route], Awaitable[None]]) -> Callable[..., object]:
    """Answer the first requests in a way of our own, and let the others through."""
    left = [times]

    async def handle(route: Route) -> None:
        if left[0] == 0:
            await route.continue_()
            return
        left[0] -= 1
        await answer(route)

    return handle


async def unauthorized(route: Route) -> None:
    await route.fulfill(status=401, json={"error": {"code": "unauthorized", "message": "?"}})
