"""The first screens: welcome before the terms, home after them."""

from typing import Final

from domain.content import catalogue
from domain.earning.arrival import Arrival, LinkProblem
from domain.earning.offers import Offer
from domain.referrals.inviter import inviter_name
from miniapp.auth.visits import Visit
from miniapp.pages.filling.account import hero_of
from miniapp.pages.filling.content import news_card, paragraphs
from miniapp.pages.filling.earning import check_in_of, offers_of, ways_to_earn
from miniapp.pages.parts import CheckIn, NewsCard, Notice, NoticeKind
from miniapp.pages.screens import HomeScreen, WelcomeScreen

_PROBLEMS: Final[dict[LinkProblem, NoticeKind]] = {
    "own_link": "own_invite",
    "already_member": "already_member",
    "unknown_link": "invite_invalid",
}


async def first_screen(visit: Visit, arrival: Arrival | None = None) -> HomeScreen | WelcomeScreen:
    """Return home to a member, and welcome to everybody else."""
    customer = await visit.customer()
    problem = arrival.link_problem if arrival else None
    if customer.registered_at is None:
        return await welcome_screen(visit, problem=problem)
    return await home_screen(visit, problem=problem)


async def welcome_screen(
    visit: Visit, *, problem: LinkProblem | None = None, declined: bool = False
) -> WelcomeScreen:
    """Return what joining brings, and who invited."""
    customer = await visit.customer()
    known = await offers_of(visit)
    inviter = await inviter_name(visit.customer_id)
    gifts = ["new_account_registration", *(["new_member_reward"] if inviter else [])]
    # Who comes back has had these before.
    open_gifts = [known[gift].points for gift in gifts if gift in known and not known[gift].claimed]
    broken = problem == "unknown_link"
    return WelcomeScreen(
        terms_version=str(visit.program.terms_version),
        gift=sum(open_gifts),
        is_back=customer.left_at is not None,
        invite="valid" if inviter else "invalid" if broken else "none",
        inviter=inviter,
        declined=declined,
        terms=paragraphs(catalogue.said(visit.program.terms, customer.locale)),
    )


async def home_screen(
    visit: Visit, *, problem: LinkProblem | None = None, gained: int = 0
) -> HomeScreen:
    """Return the balance, today's check-in, a story, and what else can be earned."""
    known = await offers_of(visit)
    check_in = await check_in_of(visit, known)
    return HomeScreen(
        hero=await hero_of(visit),
        check_in=check_in,
        earn=await ways_to_earn(visit, known),
        story=await _story(visit, known),
        notice=_notice(problem, check_in),
        first_steps=not any(o.claimed for o in known.values() if o.action.claimable),
        gained=gained,
    )


async def _story(visit: Visit, known: dict[str, Offer]) -> NewsCard | None:
    articles = await catalogue.news_list(visit.program, now=visit.now)
    return await news_card(visit, articles[0], known) if articles else None


def _notice(problem: LinkProblem | None, check_in: CheckIn | None) -> Notice | None:
    if problem:
        return Notice(kind=_PROBLEMS[problem])
    covered = check_in.shield_used_on if check_in and check_in.claimed else None
    # Worth a word on the day it happened: the shield covers the day before a check-in.
    if check_in and covered and (check_in.today - covered).days == 1:
        return Notice(kind="shield_used", on=covered)
    return None
