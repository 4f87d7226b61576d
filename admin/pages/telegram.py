"""Settings / Telegram: the program's bot, and the chat in which its staff are."""

from typing import Annotated, Final

from aiohttp import hdrs, web
from pydantic import StringConstraints

from admin.auth.people import allowed, now_of, person_of
from admin.auth.telegram import way_back
from admin.pages.forms import Form, Typed, fresh, typed
from admin.pages.layout import page
from admin.pages.places import TELEGRAM
from admin.pages.words import bot_trouble
from domain import bots
from domain.bots import bot_of
from domain.errors import Refusal
from domain.programs import zone_of
from locales import translator
from web import bot_api
from web.bots import forget_bots
from web.errors import locale_of
from web.keys import CONFIG


class TokenForm(Form):
    """A bot's token, as BotFather writes it."""

    token: Annotated[
        str,
        StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{3,20}:[A-Za-z0-9_-]{20,100}$"),
    ]


class SecretForm(Form):
    """What BotFather shows under Web Login; empty takes it away."""

    secret: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class PressedForm(Form):
    """A button and nothing else."""


@allowed("read_settings")
async def show(request: web.Request) -> web.StreamResponse:
    """Show which bot the program has, and how it is."""
    return await _page(request)


@allowed("change_settings")
async def connect(request: web.Request) -> web.StreamResponse:
    """Give the program a bot, once Telegram knows its token."""
    person = person_of(request)
    form = await typed(request, TokenForm)
    if form.value:
        token = form.value.token
        with form.blaming("token", Refusal):
            me = await bot_api.call(request.config_dict, token, "getMe")
            await bots.connect(
                person.program,
                token=token,
                bot_id=int(me["id"]),
                username=str(me["username"]),
                by=person.member,
                now=now_of(request),
            )
            return _back(request)
    # A token is a secret: it is typed anew.
    return await _page(request, token_form=Typed({}, problems=form.problems))


@allowed("change_settings")
async def disconnect(request: web.Request) -> web.StreamResponse:
    """Take the bot away from the program."""
    person = person_of(request)
    await typed(request, PressedForm)
    await bots.disconnect(person.program, by=person.member, now=now_of(request))
    return _back(request)


@allowed("change_settings")
async def keep_login_secret(request: web.Request) -> web.StreamResponse:
    """Let people sign in with Telegram in a browser, or no longer."""
    person = person_of(request)
    form = await typed(request, SecretForm)
    if form.value:
        secret = form.value.secret or None
        await bots.set_login_secret(person.program, secret, by=person.member, now=now_of(request))
        return _back(request)
    return await _page(request, secret_form=Typed({}, problems=form.problems))


@allowed("change_settings")
async def let_chat_go(request: web.Request) -> web.StreamResponse:
    """Let the staff's chat be a chat like any other again."""
    person = person_of(request)
    await typed(request, PressedForm)
    await bots.unbind_chat(person.program, by=person.member, now=now_of(request))
    return _back(request)


@allowed("change_settings")
async def make_code(request: web.Request) -> web.StreamResponse:
    """Show the code by which a chat becomes the staff's; it is shown this once."""
    person = person_of(request)
    await typed(request, PressedForm)
    code = await bots.chat_code(person.program, by=person.member, now=now_of(request))
    return await _page(request, code=code)


async def _page(
    request: web.Request,
    *,
    token_form: Typed[TokenForm] | None = None,
    secret_form: Typed[SecretForm] | None = None,
    code: str | None = None,
) -> web.Response:
    program = person_of(request).program
    bot = await bot_of(program.id)
    forms = (token_form or fresh(TokenForm), secret_form or fresh(SecretForm))
    return page(
        request,
        "telegram.html",
        status=max(form.status for form in forms),
        form=forms[0],
        secret_form=forms[1],
        code=code,
        bot=bot,
        trouble=bot_trouble(translator(locale_of(request)), bot),
        program=program,
        zone=await zone_of(program.id, now_of(request)),
        public_url=(ours := request.config_dict[CONFIG].public_url),
        ways_back=(f"{ours}/p/{program.slug}/app/sign-in/back", way_back(request, program)),
    )


def _back(request: web.Request) -> web.Response:
    # This process need not wait until it looks again.
    forget_bots(request.config_dict)
    return web.Response(status=303, headers={hdrs.LOCATION: f"{TELEGRAM}?saved=1"})


ROUTES: Final = (
    web.get(TELEGRAM, show),
    web.post(TELEGRAM, connect),
    web.post(f"{TELEGRAM}/disconnection", disconnect),
    web.post(f"{TELEGRAM}/login-secret", keep_login_secret),
    web.post(f"{TELEGRAM}/chat-code", make_code),
    web.post(f"{TELEGRAM}/chat-release", let_chat_go),
)
