"""Makes initData as Telegram does, written from the platform's description and not from our code."""

import base64
import hashlib
import hmac
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TOKEN = "7000000001:AAF-made-up-token-for-tests_0123456789ab"
LAUNCHED = 1790000000
AN = (
    '{"id":279058397,"first_name":"An","last_name":"Tran","username":"antran","language_code":"vi"}'
)
_TEST_SEED = b"\x11" * 32


def hash_of(fields: dict[str, str], token: str = TOKEN) -> str:
    lines = "\n".join(sorted(f"{key}={value}" for key, value in fields.items()))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    return hmac.new(secret, lines.encode(), hashlib.sha256).hexdigest()


def signature_of(fields: dict[str, str], token: str = TOKEN) -> str:
    lines = "\n".join(sorted(f"{key}={value}" for key, value in fields.items()))
    message = f"{token.partition(':')[0]}:WebAppData\n{lines}".encode()
    signature = Ed25519PrivateKey.from_private_bytes(_TEST_SEED).sign(message)
    return base64.urlsafe_b64encode(signature).decode().rstrip("=")


def query(fields: dict[str, str]) -> str:
    return "&".join(
        f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in fields.items()
    )


def init_data(token: str = TOKEN, *, at: int = LAUNCHED, user: str = AN, **more: str) -> str:
    """A genuine launch with these fields, `hash` last."""
    fields = {"user": user, "auth_date": str(at), **more}
    return query(fields | {"hash": hash_of(fields, token)})


def signed(**fields: str) -> str:
    """Exactly these fields and the hash that fits them."""
    return query(fields | {"hash": hash_of(fields)})
