"""Why a movement came to be, in whole sentences for whoever owns it."""

from typing import Final

from domain.earning.entry import Entry
from domain.words import marked as _
from locales import Translator

_KIND_WORDS: Final[dict[str, str]] = {
    "expired": _("These points had reached the last day on which they could be used."),
    "transferred": _("These points moved between two accounts."),
}
# The reasons that staff choose from, as a customer should hear them.
_REASONS: Final = {
    "goodwill": _("A gesture of goodwill by the shop."),
    "correction": _("A correction by the shop."),
    "migration": _("Brought along from the program before this one."),
    "fraud": _("After a review by the shop."),
}


def reasons(found: Entry, say: Translator) -> tuple[str, ...]:
    """Return in whole sentences why a movement came to be."""
    return (
        *_by_rule(found, say),
        *_by_streak(found, say),
        *([say.text(_KIND_WORDS[found.kind])] if found.kind in _KIND_WORDS else []),
        *([reason_in_words(found.reason, say)] if found.reason else []),
        *_by_debt(found, say),
    )


def reason_in_words(reason: str, say: Translator) -> str:
    """Return a reason as a sentence; what staff wrote themselves stays as it is."""
    return say.text(_REASONS[reason]) if reason in _REASONS else reason


def _by_rule(found: Entry, say: Translator) -> list[str]:
    if found.rule_version is None or found.rule_points is None:
        return []
    rule = say.plural(
        "By version %(version)s of the rule: %(count)s point.",
        "By version %(version)s of the rule: %(count)s points.",
        found.rule_points,
        version=say.number(found.rule_version),
    )
    bonus = _whole(found, "bonus")
    if found.amount == found.rule_points + bonus:
        return [rule]
    return [rule, say.text("A campaign made it %(points)s.", points=say.number(found.amount))]


def _by_streak(found: Entry, say: Translator) -> list[str]:
    days, bonus = _whole(found, "streak_days"), _whole(found, "bonus")
    said = []
    if days:
        said.append(say.text("Day %(count)s of your streak.", count=say.number(days)))
    if bonus:
        said.append(say.text("A full week brought %(points)s more.", points=say.number(bonus)))
    return said


def _by_debt(found: Entry, say: Translator) -> list[str]:
    if found.debt_delta < 0:
        paid = say.number(-found.debt_delta)
        return [say.text("%(points)s of it paid back points that were owed.", points=paid)]
    if found.debt_delta > 0:
        owed = say.number(found.debt_delta)
        return [
            say.text(
                "%(points)s of it had been used already; your next points pay them back first.",
                points=owed,
            )
        ]
    return []


def _whole(found: Entry, fact: str) -> int:
    value = found.decided.get(fact)
    return value if isinstance(value, int) else 0
