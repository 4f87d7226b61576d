"""Every route of the web application, and what a path is called with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import hdrs, web

# Who asks these is a program's guest or nobody yet: they say the same to everybody. Whatever
# else is found below a program's address has to refuse a stranger.
OPEN = {
    "GET /p/{program}/api/v1/openapi.json",
    "GET /p/{program}/api/v1/program",
    "POST /p/{program}/api/v1/sign-in-codes",
    "GET /p/{program}/app",
    "GET /p/{program}/app/",
    "POST /p/{program}/app/sign-in/code",
    "GET /p/{program}/app/sign-in/telegram",
    "GET /p/{program}/app/bot.svg",
    "GET /p/{program}/app/sign-in/back",
    "GET /p/{program}/app/help",
    "GET /p/{program}/app/terms",
    "GET /p/{program}/app/privacy",
    # Everybody sees a shop's pictures, by names that cannot be guessed.
    "GET /p/{program}/pictures/{name}",
}
# Below /admin: the doors, which ask who is there and serve no program by themselves.
DOORS = "/admin/sign-in"
# These belong to no program: they hold nothing of any.
NOBODYS = {"/", "/healthz", "/readyz", "/metrics", "/static/{address}"}
# Words that all programs share; there is no such thing as another program's.
SHARED = {
    "actions": "daily_login",
    "rules": "daily_login",
    "reports": "customer-loyalty",
    "template": "products",
    "act": "confirm",
}
# What a form needs before its address is looked at.
BODIES: dict[str, dict[str, str]] = {
    "POST /admin/team/{staff}/role": {"role": "analyst"},
    "POST /admin/products/{id}/place": {"direction": "up"},
    "POST /admin/products/{id}/visibility": {"hide": "1"},
    "POST /admin/news/{id}/visibility": {"hide": "1"},
    "POST /admin/categories/{id}": {"name_vi": "Trà", "version": "1"},
    "POST /admin/categories/{id}/place": {"direction": "up"},
    "POST /admin/feeds/{id}": {"every_hours": "6"},
    "POST /admin/feeds/{id}/pause": {"pause": "1"},
}
_PARAMETER = re.compile(r"\{(\w+)(?::[^{}]*)?\}")


@dataclass(frozen=True, order=True)
class Route:
    """One method of one address, as the application spells it."""

    address: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def words(self) -> list[str]:
        """What stands before each parameter; its own name if that is a parameter too."""
        return [word for part, word in self._parts() if "{" in part]

    @property
    def is_write(self) -> bool:
        return self.method not in (hdrs.METH_GET, hdrs.METH_HEAD)

    def names_a_thing(self) -> bool:
        """Tell whether it names more than a program and words that all share."""
        return any(word not in {"p", *SHARED} for word in self.words)

    def filled(self, values: dict[str, str]) -> str:
        """Return the address with these values; a parameter without one fails the test."""
        known = SHARED | values
        missing = [word for word in self.words if word not in known]
        assert not missing, f"{self}: say in tests/separation what another program's {missing} is"
        return "/".join(_PARAMETER.sub(known.get(word, ""), part) for part, word in self._parts())

    def _parts(self) -> Iterator[tuple[str, str]]:
        before = ""
        for part in self.address.split("/"):
            found = _PARAMETER.search(part)
            yield part, found[1] if found and "{" in before else before
            before = part


def routes_of(app: web.Application) -> list[Route]:
    """Return every route, those of mounted applications included."""
    return sorted(set(_routes(app)))


def _routes(app: web.Application) -> Iterator[Route]:
    for route in app.router.routes():
        assert route.resource is not None, route
        if route.method != hdrs.METH_HEAD:
            yield Route(route.resource.canonical, route.method)
