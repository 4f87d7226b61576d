"""What each role of the staff may do."""

from typing import Final, Literal, get_args

from domain.access.models import Staff
from domain.errors import InvalidInput, Refusal

Role = Literal["owner", "manager", "analyst", "cashier"]
Permission = Literal[
    "read_reports",
    "export_reports",
    "read_settings",
    "change_settings",
    "change_rules",
    "change_content",
    "send_broadcasts",
    "manage_team",
    "read_audit_log",
]
ROLES: Final[tuple[str, ...]] = get_args(Role)

_READS: Final[frozenset[Permission]] = frozenset(
    {"read_reports", "export_reports", "read_settings"}
)
_RUNS: Final[frozenset[Permission]] = _READS | {
    "change_rules",
    "change_content",
    "send_broadcasts",
    "read_audit_log",
}
_ALLOWED: Final[dict[str, frozenset[Permission]]] = {
    "owner": _RUNS | {"change_settings", "manage_team"},
    "manager": _RUNS,
    "analyst": _READS,
    "cashier": frozenset(),
}


class Forbidden(Refusal):
    """Your role does not allow this. An owner of the program can change your role."""

    code = "forbidden"


def may(member: Staff, permission: Permission) -> bool:
    """Tell whether the member's role allows it."""
    return permission in _ALLOWED[member.role]


def require(member: Staff, permission: Permission) -> None:
    """Raise Forbidden unless the member's role allows it."""
    if not may(member, permission):
        raise Forbidden(permission=permission, role=member.role)


def check_role(role: str) -> str:
    """Return the role; raises InvalidInput for one that does not exist."""
    if role not in ROLES:
        raise InvalidInput(f"role must be one of {', '.join(ROLES)}")
    return role
