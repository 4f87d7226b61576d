"""Messages to many customers: planned, looked at, confirmed, and followed while they go out."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal
from uuid import UUID

from aiohttp import hdrs, web
from pydantic import StringConstraints

from admin.auth.people import allowed, person_of
from admin.pages.content_forms import item_id
from admin.pages.forms import Form, OptionalLine, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import BROADCASTS
from domain.errors import NotFound, Refusal
from domain.notices import broadcasts, recipients
from domain.notices.broadcasts import HOSTILE_NAME, Broadcast
from domain.notices.quiet import quiet_until
from domain.notices.wording import Words
from domain.programs import Program, zone_of
from domain.words import marked as _
from locales import translator
from web.keys import CLOCK
from web.screens import SCREENS

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)]
Screen = Literal[
    "",
    "home",
    "earn",
    "invite",
    "history",
    "news",
    "products",
    "profile",
    "help",
    "terms",
    "privacy",
]


# What a status is called, and the tone of its badge.
STATES: Final = {
    "draft": (_("Draft"), "none"),
    "sending": (_("Going out"), "wait"),
    "paused": (_("Paused"), "none"),
    "finished": (_("Finished"), "good"),
    "cancelled": (_("Stopped"), "bad"),
}
OUTCOMES: Final = {
    "sent": (_("Sent"), ""),
    "waiting": (_("Waiting"), _("Their turn is still to come.")),
    "sending": (_("On its way"), _("Handed to Telegram; no answer yet.")),
    "unreachable": (_("Not reachable"), _("They blocked the bot or deleted the chat.")),
    "muted": (_("Muted"), _("They do not want news and offers.")),
    "refused": (_("Refused"), _("Telegram did not take the message.")),
    "unknown": (_("Unknown"), _("It may have arrived or not. It is not sent again.")),
}


_NAMES: Final = {"vi": "Ngọc Ánh", "en": "Anna"}


@dataclass(frozen=True)
class Sample:
    """The message as one customer reads it."""

    locale: str
    words: Words
    button: str | None
    mute: str
    is_hostile: bool


class MessageForm(Form):
    """A message in one language or both, where its button leads, and who gets it."""

    vi_title: OptionalLine = ""
    vi_body: Text = ""
    en_title: OptionalLine = ""
    en_body: Text = ""
    screen: Screen = ""
    locale: Literal["", "vi", "en"] = ""

    @property
    def texts(self) -> dict[str, Words]:
        """The languages in which anything was written."""
        said = {
            "vi": Words(self.vi_title, self.vi_body),
            "en": Words(self.en_title, self.en_body),
        }
        return {code: words for code, words in said.items() if words.title or words.body}


@allowed("send_broadcasts")
async def show_all(request: web.Request) -> web.StreamResponse:
    """List the messages, newest first."""
    program = person_of(request).program
    found = await broadcasts.broadcasts(program)
    return page(request, "broadcasts.html", found=found, states=STATES, zone=await _zone(request))


@allowed("send_broadcasts")
async def show_form(request: web.Request) -> web.StreamResponse:
    """Show an empty form, or one with the words of another message in it."""
    return _form_page(request, fresh(MessageForm, **await _words_of(request)))


@allowed("send_broadcasts")
async def plan(request: web.Request) -> web.StreamResponse:
    """Write a message down; nothing is sent yet."""
    person, form = person_of(request), await typed(request, MessageForm)
    if meant := form.value:
        with form.blaming("form", Refusal):
            made = await broadcasts.plan(
                person.program,
                meant.texts,
                screen=meant.screen or None,
                locale=meant.locale or None,
                by=person.member,
                now=request.config_dict[CLOCK].now(),
            )
            return _to(made)
    return _form_page(request, form)


@allowed("send_broadcasts")
async def show(request: web.Request) -> web.StreamResponse:
    """Show a message as customers will read it, and how far it is."""
    person, now = person_of(request), request.config_dict[CLOCK].now()
    found = await broadcasts.broadcast(person.program, item_id(request))
    zone = await _zone(request)
    return page(
        request,
        "broadcast.html",
        found=found,
        samples=_samples(found, person.program),
        audience=await broadcasts.audience(found) if found.status == "draft" else None,
        progress=await recipients.progress(found),
        quiet_until=quiet_until(now, zone) if found.status == "sending" else None,
        states=STATES,
        outcomes=OUTCOMES,
        zone=zone,
    )


@allowed("send_broadcasts")
async def turn(request: web.Request) -> web.StreamResponse:
    """Confirm, pause, resume or stop a message."""
    person, act = person_of(request), _ACTS.get(request.match_info["act"])
    if act is None:
        raise NotFound
    now = request.config_dict[CLOCK].now()
    return _to(await act(person.program, item_id(request), by=person.member, now=now))


_ACTS: Final = {
    "confirm": broadcasts.confirm,
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "stop": broadcasts.cancel,
}


def _samples(found: Broadcast, program: Program) -> list[Sample]:
    """Fill the words in for somebody we know, and for somebody called by what hurts most."""
    known = sorted(found.texts, key=lambda code: code != program.locale)
    samples = [(code, _NAMES[code]) for code in known]
    return [_sample(found, program, *who) for who in (*samples, (known[0], HOSTILE_NAME))]


def _sample(found: Broadcast, program: Program, locale: str, name: str) -> Sample:
    say, screen = translator(locale), SCREENS.get(found.screen or "")
    return Sample(
        locale=locale,
        words=found.words(locale).filled({"name": name, "program": program.name}),
        button=say.text(screen.label) if screen else None,
        mute=say.text("Mute this kind"),
        is_hostile=name == HOSTILE_NAME,
    )


async def _words_of(request: web.Request) -> dict[str, str]:
    try:
        other = UUID(request.query.get("of", ""))
    except ValueError:
        return {}
    found = await broadcasts.broadcast(person_of(request).program, other)
    words = {
        f"{code}_{part}": said for code, text in found.texts.items() for part, said in text.items()
    }
    return words | {"screen": found.screen or "", "locale": found.locale or ""}


def _form_page(request: web.Request, form: Typed[MessageForm]) -> web.Response:
    return page(request, "broadcast_form.html", status=form.status, form=form, screens=SCREENS)


def _to(found: Broadcast) -> web.Response:
    return web.Response(status=303, headers={hdrs.LOCATION: f"{BROADCASTS}/{found.id}"})


async def _zone(request: web.Request) -> str:
    return await zone_of(person_of(request).program.id, request.config_dict[CLOCK].now())


ROUTES: Final = (
    web.get(BROADCASTS, show_all),
    web.post(BROADCASTS, plan),
    web.get(f"{BROADCASTS}/new", show_form),
    web.get(f"{BROADCASTS}/{{id}}", show),
    web.post(f"{BROADCASTS}/{{id}}/{{act}}", turn),
)
