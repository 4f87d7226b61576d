"""The words for decisions: what was decided, why, and by which facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from admin.pages.places import CAMPAIGNS, DECISIONS, RULES
from domain.earning.decision_log import DecisionRow
from domain.words import marked as _
from locales import Translator

VERDICTS: Final = {
    "posted": _("Paid"),
    "pending": _("Paid, waiting"),
    "already_earned": _("Already earned"),
    "action_unavailable": _("Gives nothing now"),
    "daily_cap_reached": _("Daily limit"),
    "daily_cap": _("Daily limit"),
    "weekly_cap": _("Weekly limit"),
    "evidence_missing": _("No evidence"),
    "evidence_invalid": _("Evidence not valid"),
    "too_soon": _("Too soon"),
    "not_registered": _("Not a member yet"),
    "own_link": _("Own link"),
    "already_member": _("Already a customer"),
    "unknown_link": _("Unknown link"),
    "insufficient_points": _("Not enough points"),
}
_WHY: Final = {
    "posted": _("The points were given at once."),
    "pending": _("The points wait until their holding period is over."),
    "already_earned": _("This was paid before, and it pays only once for each of its kind."),
    "action_unavailable": _("At that moment no rule gave points for this action."),
    "daily_cap_reached": _("This customer had as many of these on that day as the rule pays."),
    "daily_cap": _("This referrer had as many paid referrals on that day as the limit allows."),
    "weekly_cap": _("This referrer had as many paid referrals in that week as the limit allows."),
    "evidence_missing": _("The app sent no evidence that the customer did it."),
    "evidence_invalid": _("The evidence was made for something else, is too old, or is not ours."),
    "too_soon": _("The evidence was not ripe: whoever really looks takes longer."),
    "not_registered": _("The referrer had not accepted the terms."),
    "own_link": _("Customers cannot invite themselves."),
    "already_member": _("Only somebody new can be invited; this customer was here already."),
    "unknown_link": _("The link belongs to nobody."),
    "insufficient_points": _("The customer had fewer points than this costs."),
}
CHANNELS: Final = {
    "telegram": _("Telegram chat"),
    "zalo": _("Zalo chat"),
    "mini_app": _("Mini app"),
}


@dataclass(frozen=True)
class Told:
    """A fact in words, and where it leads."""

    name: str
    words: str
    place: str | None = None


def verdict_word(spoken: Translator, verdict: str) -> str:
    """Name what was decided; the code itself if nobody named it."""
    return spoken.text(VERDICTS[verdict]) if verdict in VERDICTS else verdict


def why(spoken: Translator, verdict: str) -> str | None:
    """Say why it was decided so."""
    return spoken.text(_WHY[verdict]) if verdict in _WHY else None


def channel_word(spoken: Translator, channel: str) -> str:
    """Name where an attempt came from."""
    return spoken.text(CHANNELS[channel]) if channel in CHANNELS else channel


def told(
    spoken: Translator,
    row: DecisionRow,
    campaigns: Mapping[str, str],
    when: Mapping[str, str],
) -> tuple[Told, ...]:
    """Say the facts of a decision; `campaigns` are names by id, `when` are instants as written."""
    return tuple(_told(spoken, row, campaigns, when))


def instants(row: DecisionRow) -> Iterator[tuple[str, datetime]]:
    """Yield the instants among the facts."""
    if isinstance(after := row.facts.get("claim_after"), str):
        yield "claim_after", datetime.fromisoformat(after)


def _told(
    spoken: Translator, row: DecisionRow, campaigns: Mapping[str, str], when: Mapping[str, str]
) -> Iterator[Told]:
    facts = row.facts
    if row.rule_version:
        version = spoken.text("version %(number)s", number=row.rule_version)
        yield Told(spoken.text("Rule"), version, f"{RULES}/{row.action}")
    if row.is_paid:
        yield from _gains(spoken, facts, campaigns)
    if (cap := facts.get("cap")) is not None:
        yield Told(spoken.text("Limit"), spoken.number(cap))
    if "claim_after" in when:
        yield Told(spoken.text("Ripe from"), when["claim_after"])
    if source := facts.get("source"):
        place = f"{DECISIONS}?customer={source}"
        yield Told(spoken.text("Friend"), str(source)[:8], place)
    if (balance := facts.get("balance")) is not None:
        yield Told(spoken.text("Balance after"), spoken.number(balance))
    yield Told(spoken.text("Came by"), channel_word(spoken, row.channel))


def _gains(
    spoken: Translator, facts: Mapping[str, object], campaigns: Mapping[str, str]
) -> Iterator[Told]:
    if days := _number(facts, "streak_days"):
        yield Told(
            spoken.text("Streak"),
            spoken.plural("%(count)s day in a row", "%(count)s days in a row", days),
        )
    if bonus := _number(facts, "bonus"):
        yield Told(spoken.text("Bonus for a full week"), spoken.signed(bonus))
    if campaign := facts.get("campaign"):
        words = spoken.text(
            "%(name)s, ×%(multiplier)s: %(points)s points more",
            name=campaigns.get(str(campaign), str(campaign)),
            multiplier=facts.get("multiplier"),
            points=spoken.number(_number(facts, "extra")),
        )
        yield Told(spoken.text("Campaign"), words, f"{CAMPAIGNS}/{campaign}")


def _number(facts: Mapping[str, object], name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0
