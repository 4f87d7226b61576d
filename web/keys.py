"""What every surface takes from the application it is mounted on."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from aiohttp import web
from redis.asyncio import Redis

from domain.clock import Clock

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How often one may call before 429. All of them are settings."""

    # Signed-in calls of one customer, in each process.
    customer_burst: int = 100
    customer_per_second: int = 20
    # Sign-ins from one address in a minute, over all processes; a whole office or a mobile
    # carrier may stand behind one.
    sign_ins_per_minute: int = 60
    # The same, in each process, while Redis does not answer: stricter, never none.
    sign_ins_per_minute_alone: int = 20


@dataclass(frozen=True, kw_only=True)
class WebConfig:
    """What the operator said that concerns the web."""

    # Where customers reach us, without a slash at its end.
    public_url: str
    # Where Telegram's Bot API is, without a slash at its end.
    telegram_api_url: str = "https://api.telegram.org"
    # Who vouches for people by OpenID Connect.
    login_issuer: str = "https://oauth.telegram.org"
    # The peers whose X-Forwarded-For is believed, for their own hop only.
    trusted_proxies: tuple[Network, ...] = ()
    limits: Limits = field(default_factory=Limits)


CONFIG = web.AppKey("CONFIG", WebConfig)
CLOCK: web.AppKey[Clock] = web.AppKey("CLOCK", Clock)
REDIS: web.AppKey[Redis] = web.AppKey("REDIS", Redis)

# The language in which a request is answered, once it is known who asks.
LOCALE = web.RequestKey("LOCALE", str)
REQUEST_ID = web.RequestKey("REQUEST_ID", str)
