"""/invite: the member's own link, what it gives both, and how many friends came."""

from typing import Final

from aiogram import F, Router
from aiogram.filters import Command

from bot.telegram.cards import Card, Event
from bot.telegram.keyboards import Go
from bot.telegram.visit import Visit
from domain.earning.offers import offers
from domain.referrals.invitations import Invitations, invitations, links

router = Router(name="invite")
_MINE: Final = ("new_user_referral", "referrer_reward")
_FRIENDS: Final = ("new_account_registration", "new_member_reward")


@router.message(Command("invite", ignore_mention=True))
@router.callback_query(Go.filter(F.to == "invite"))
async def invite(_: Event, visit: Visit) -> Card:
    """Answer with a link to send on."""
    visit.members_only()
    say, keys = visit.say, visit.keys
    friends = await invitations(visit.customer.customer_id)
    link = links(visit.program, friends.code).bot
    words = say.text("Join me at %(program)s: we both get points.", program=visit.program.name)
    lines = [*await _gains(visit), *_so_far(visit, friends)]
    return Card(
        title=say.text("Invite a friend, both of you gain"),
        lines=(*lines, "", link) if link else tuple(lines),
        rows=(
            (keys.share(link, words), keys.copy(link)) if link else (),
            (keys.app("/invite", "👥 " + say.text("My friends")),),
            (keys.menu(),),
        ),
    )


async def _gains(visit: Visit) -> list[str]:
    say = visit.say
    found = await offers(visit.program, visit.customer, now=visit.now)
    points = {offer.action.code: offer.points for offer in found}
    mine, friends = (sum(points.get(code, 0) for code in codes) for codes in (_MINE, _FRIENDS))
    return [
        line
        for gain, line in (
            (mine, say.text("🙋 You: %(points)s", points=say.signed(mine))),
            (friends, say.text("🤝 Your friend: %(points)s", points=say.signed(friends))),
        )
        if gain
    ]


def _so_far(visit: Visit, friends: Invitations) -> list[str]:
    say = visit.say
    if not friends.items:
        return [say.text("Your first friend is one message away.")]
    return [
        say.text(
            "👥 Joined: %(completed)s · on their way: %(pending)s",
            completed=say.number(friends.completed),
            pending=say.number(friends.pending),
        )
    ]
