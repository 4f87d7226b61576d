"""The left menu: every room that staff may enter, in the order in which they are needed."""

from dataclasses import dataclass
from typing import Final

from admin.pages import places
from domain.access.models import Staff
from domain.access.roles import Permission, may
from domain.reporting.catalogue import REPORTS
from domain.words import marked as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; `within` is the beginning of every address that belongs to it."""

    title: str
    place: str
    icon: str
    permission: Permission
    within: str = ""

    def holds(self, path: str) -> bool:
        """Tell whether a page belongs to this line."""
        return path == self.place or path.startswith(self.within or f"{self.place}/")


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    title: str
    entries: tuple[Entry, ...]


_reports = f"{places.ROOT}/reports/"
SECTIONS: Final = (
    Section(
        _("Start"), (Entry(_("Overview"), places.OVERVIEW, "layout-dashboard", "read_reports"),)
    ),
    Section(
        _("Reports"),
        (
            Entry(
                REPORTS["customer-loyalty"].title,
                places.LOYALTY,
                "chart-pie",
                "read_reports",
                within=_reports,
            ),
        ),
    ),
    Section(
        _("Program"),
        (
            Entry(_("Products"), places.PRODUCTS, "package", "read_settings"),
            Entry(_("News"), places.NEWS, "newspaper", "read_settings"),
            Entry(_("Rules"), places.RULES, "sliders-horizontal", "read_settings"),
            Entry(_("Campaigns"), places.CAMPAIGNS, "megaphone", "read_settings"),
            Entry(_("Messages"), places.BROADCASTS, "send", "send_broadcasts"),
            Entry(_("Decisions"), places.DECISIONS, "list-checks", "read_settings"),
        ),
    ),
    Section(
        _("Settings"),
        (
            Entry(_("Settings"), places.SETTINGS, "settings", "read_settings"),
            Entry(_("Team"), places.TEAM, "users", "read_settings"),
            Entry(_("Audit log"), places.AUDIT_LOG, "scroll-text", "read_audit_log"),
        ),
    ),
)


def menu_of(member: Staff) -> list[Section]:
    """Return what exists and what this person may open, under its headings."""
    open_to = [
        Section(s.title, tuple(e for e in s.entries if may(member, e.permission))) for s in SECTIONS
    ]
    return [section for section in open_to if section.entries]
