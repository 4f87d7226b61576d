"""Help, terms and privacy: what holds here, in words made from the settings in force."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.content.catalogue import said
from domain.customers.profile import profile
from domain.earning.models import Rule
from domain.earning.rules import rulebook
from domain.jobs import REQUESTS_KEPT
from domain.programs import Program
from locales import Translator, translator
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import balance_of
from miniapp.pages.filling.content import paragraphs
from miniapp.pages.filling.earning import CHECK_IN, offers_of, ways_to_earn
from miniapp.pages.parts import Keeping
from miniapp.pages.screens import HelpScreen, PrivacyScreen, TermsScreen

# Points enough that their worth is a whole amount in any currency.
_EXAMPLE: Final = 100
_INVITES: Final = "referrer_reward"


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long a rule's points live."""

    kind: str
    count: int | None = None
    on: date | None = None

    @classmethod
    def of(cls, rule: Rule) -> "Lifetime":
        """Take it from a rule."""
        return cls(kind=rule.lifetime_kind, count=rule.lifetime_count, on=rule.lifetime_on)


@dataclass(frozen=True, kw_only=True)
class Custom:
    """How points work in one program."""

    currency: str
    # What a hundred points are worth, in smallest units.
    worth: int
    # More than one: it depends on the way they were earned.
    lifetimes: frozenset[Lifetime]
    checks_in: bool
    invites: bool
    hold_days: int
    may_owe: bool


async def help_screen(visit: Visit) -> HelpScreen:
    """Return how points work here, from the rules in force."""
    spoken = translator((await visit.customer()).locale)
    known = await offers_of(visit)
    return HelpScreen(
        balance=await balance_of(visit),
        items=await ways_to_earn(visit, known),
        answers=answers(await _custom(visit, frozenset(known)), spoken),
    )


async def terms_screen(visit: Visit) -> TermsScreen:
    """Return the terms in force, and when the customer accepted which."""
    own = await profile(visit.customer_id)
    accepted_at = own.accepted_at.astimezone(await visit.zone()) if own.accepted_at else None
    return TermsScreen(
        balance=await balance_of(visit),
        terms_version=str(visit.program.terms_version),
        terms=paragraphs(said(visit.program.terms, own.locale)),
        accepted_version=str(own.terms_version) if own.terms_version else None,
        accepted_on=accepted_at.date() if accepted_at else None,
    )


async def privacy_screen(visit: Visit) -> PrivacyScreen:
    """Return what is kept about the customer."""
    spoken = translator((await visit.customer()).locale)
    return PrivacyScreen(
        balance=await balance_of(visit),
        keepings=keepings(
            spoken,
            updates_days=visit.program.update_retention_days,
            decisions_days=visit.program.decision_retention_days,
        ),
    )


def answers(custom: Custom, say: Translator) -> tuple[tuple[str, str], ...]:
    """Return questions that customers ask, and what is true here."""
    found = [
        (say.text("What is a point worth?"), _worth(custom, say)),
        (say.text("How long do points last?"), _lifetime(custom, say)),
        (
            say.text("Which points are used first?"),
            say.text("Those that would expire soonest."),
        ),
    ]
    if custom.checks_in:
        words = say.text(
            "Check in once a day. Seven days in a row bring a bonus, and once a month a shield"
            " covers a day that you miss."
        )
        found.append((say.text("What is a streak?"), words))
    if custom.invites:
        found.append((say.text("When do I receive points for a friend?"), _invites(custom, say)))
    found.append((say.text("Can points be taken back?"), _taken_back(custom, say)))
    return tuple(found)


def keepings(say: Translator, *, updates_days: int, decisions_days: int) -> tuple[Keeping, ...]:
    """Return what is kept about a customer, what for, and for how long."""
    erased = say.text("Until you ask us to erase it")
    return (
        Keeping(
            what=say.text("The name and number of your chat"),
            why=say.text("To know that it is you, and to write to you."),
            how_long=erased,
        ),
        Keeping(
            what=say.text("Your birthday, if you tell it"),
            why=say.text("For a surprise on the day."),
            how_long=erased,
        ),
        Keeping(
            what=say.text("Your points and where they came from"),
            why=say.text("Because every balance must be explained, today and in years."),
            how_long=say.text(
                "As long as the program keeps its books; without your name if you wish"
            ),
        ),
        Keeping(
            what=say.text("Friends who came by your link"),
            why=say.text("To thank you both, once."),
            how_long=erased,
        ),
        Keeping(
            what=say.text("Tries to earn points, and why they counted or not"),
            why=say.text("To answer you when you ask."),
            how_long=_days(decisions_days, say),
        ),
        Keeping(
            what=say.text("Your messages to the bot"),
            why=say.text("So that none is lost or worked twice."),
            how_long=_days(updates_days, say),
        ),
        Keeping(
            what=say.text("Answers to your taps"),
            why=say.text("So that a tap that is sent twice counts once."),
            how_long=_days(REQUESTS_KEPT.days, say),
        ),
        Keeping(
            what=say.text("That you are signed in"),
            why=say.text("So that you need not prove who you are at every step."),
            how_long=say.text("24 hours at most"),
        ),
    )


async def _custom(visit: Visit, known: frozenset[str]) -> Custom:
    program: Program = visit.program
    book = await rulebook(program.id)
    rules = [rule for action in known if (rule := book.rule(action, visit.now))]
    return Custom(
        currency=program.currency,
        worth=program.worth(_EXAMPLE),
        lifetimes=frozenset(map(Lifetime.of, rules)),
        checks_in=CHECK_IN in known,
        invites=_INVITES in known,
        hold_days=program.referral_hold_days,
        may_owe=program.debt_policy == "allow_negative",
    )


def _worth(custom: Custom, say: Translator) -> str:
    if not custom.worth:
        return say.text("Points are a thank-you; they have no price.")
    money = say.money(custom.worth, custom.currency)
    return say.text(
        "%(points)s points are worth about %(money)s.",
        points=say.number(_EXAMPLE),
        money=money,
    )


def _lifetime(custom: Custom, say: Translator) -> str:
    if len(custom.lifetimes) > 1:
        return say.text(
            "That depends on how you earned them: every entry of your history names its last day."
        )
    lifetime = next(iter(custom.lifetimes), Lifetime(kind="never"))
    if lifetime.kind == "days":
        return say.plural(
            "%(count)s day, counted from the day on which you receive them.",
            "%(count)s days, counted from the day on which you receive them.",
            lifetime.count or 0,
        )
    if lifetime.kind == "months":
        return say.plural(
            "%(count)s month, counted from the day on which you receive them.",
            "%(count)s months, counted from the day on which you receive them.",
            lifetime.count or 0,
        )
    if lifetime.kind == "date" and lifetime.on:
        return say.text("To the end of %(day)s.", day=say.date(lifetime.on))
    return say.text("They do not expire as long as you are a member.")


def _invites(custom: Custom, say: Translator) -> str:
    if custom.hold_days:
        return say.plural(
            "When the friend joins, and %(count)s day of waiting is over.",
            "When the friend joins, and %(count)s days of waiting are over.",
            custom.hold_days,
        )
    return say.text(
        "At once, when the friend joins. Somebody who is a member already counts for nobody."
    )


def _taken_back(custom: Custom, say: Translator) -> str:
    words = say.text(
        "Only if what earned them is undone, such as a purchase that is returned. Your history"
        " then shows both entries, linked."
    )
    if not custom.may_owe:
        return words
    more = say.text("If you have used them meanwhile, your next points pay them back first.")
    return f"{words} {more}"


def _days(count: int, say: Translator) -> str:
    return say.plural("%(count)s day", "%(count)s days", count)
