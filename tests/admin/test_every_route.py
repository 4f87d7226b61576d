"""What holds for every address of the staff's surface, also for those that come later."""

import re
from collections.abc import Iterator
from uuid import uuid4

from tests.admin.desk import Desk

# What people do about themselves, whatever their role.
OWN = ("/admin/security", "/admin/password", "/admin/tastes", "/admin/sign-out")
DOORS = "/admin/sign-in"


def routes(desk: Desk, *methods: str) -> Iterator[str]:
    """Every address of the surface that takes one of these methods, with made-up ids in it."""
    app = desk.browser.app
    assert app is not None
    for resource in app.router.resources():
        for route in resource:
            path = route.resource.canonical if route.resource else ""
            if path.startswith("/admin") and route.method in methods:
                yield re.sub(r"{\w+}", str(uuid4()), path)


async def test_no_form_works_without_the_sessions_secret(desk: Desk) -> None:
    """A1: missing, foreign, dressed as JSON, or from another site."""
    await desk.sign_in()
    writes = [path for path in routes(desk, "POST") if not path.startswith(DOORS)]
    assert len(writes) > 20

    for path in writes:
        assert await desk.post(path, {}) == 403, path
        assert await desk.post(path, {"csrf": "guessed"}) == 403, path
        text = await desk.browser.post(
            path, data='{"csrf": "x"}', headers={"Content-Type": "text/plain"}
        )
        assert text.status == 403, path
        foreign = {"Origin": "https://evil.example"}
        assert await desk.post(path, {}, headers=foreign) == 403, path


async def test_nobody_writes_what_their_role_does_not_allow(desk: Desk) -> None:
    """A2: a cashier, with a form that is right in everything else."""
    await desk.sign_in("cashier")
    await desk.get("/admin/security")
    secret = desk.csrf
    writes = [path for path in routes(desk, "POST") if not path.startswith((DOORS, *OWN))]
    assert len(writes) > 10

    answers = {path: await desk.post(path, {"csrf": secret}) for path in writes}

    assert {path: status for path, status in answers.items() if status != 403} == {}


async def test_nobody_reads_a_page_without_being_let_in(desk: Desk) -> None:
    """A7: pages and files alike."""
    open_to_all = (DOORS, "/admin/api/v1/openapi.json")
    pages = [
        path
        for path in routes(desk, "GET")
        if path not in ("/admin", "/admin/") and not path.startswith(open_to_all)
    ]
    assert len(pages) > 10

    answers = {path: await desk.get(path) for path in pages}

    # An address that a made-up id does not fit is none.
    assert {path: status for path, status in answers.items() if status not in {401, 404}} == {}
    assert list(answers.values()).count(401) > 10


async def test_no_address_changes_or_deletes_what_was_written_down(desk: Desk) -> None:
    """A11: the audit log and the movements are read, and nothing else."""
    assert list(routes(desk, "DELETE", "PUT", "PATCH")) == []

    written = [p for p in routes(desk, "POST") if "audit" in p or "movements" in p]
    assert written == []
