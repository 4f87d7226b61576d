"""Keys derived from the deployment's one secret, one for each purpose."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken

from domain.errors import Refusal

_root: list[bytes] = []


class BrokenSeal(Refusal):
    """This was encrypted with another SECRET_KEY. Enter it again."""

    code = "broken_seal"


def configure(secret: str) -> None:
    """Set the deployment's secret, at least 16 characters, for this process."""
    if len(secret) < 16:  # noqa: PLR2004
        raise ValueError("SECRET_KEY must have at least 16 characters")
    _root[:] = [secret.encode()]


def sign(purpose: str, message: bytes) -> bytes:
    """Return the MAC of a message under the key of that purpose: 32 bytes."""
    (root,) = _root
    key = hmac.digest(root, purpose.encode(), hashlib.sha256)
    return hmac.digest(key, message, hashlib.sha256)


def is_signed(purpose: str, message: bytes, mac: bytes) -> bool:
    """Tell in constant time whether a MAC, possibly shortened to 16 bytes, fits the message."""
    return len(mac) >= 16 and hmac.compare_digest(sign(purpose, message)[: len(mac)], mac)  # noqa: PLR2004


def seal(purpose: str, text: str) -> bytes:
    """Return a secret so encrypted that only this deployment's key opens it, for that purpose."""
    return _box(purpose).encrypt(text.encode())


def unseal(purpose: str, sealed: bytes) -> str:
    """Return what was sealed; raises BrokenSeal if the deployment's key is another one now."""
    try:
        return _box(purpose).decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise BrokenSeal from None


def _box(purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sign(f"seal:{purpose}", b"")))
