"""The audit log in words: who did what."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from domain.access.audit_log import Entry
from domain.words import marked as _
from locales import Translator

# One sentence for every act; `%(whom)s` is the member that it was done to.
ACTS: Final[Mapping[str, str]] = {
    "signed_in": _("Signed in"),
    "signed_out": _("Signed out"),
    "sign_in_failed": _("A sign-in failed"),
    "staff_created": _("Made the member %(whom)s"),
    "role_changed": _("Changed the role of %(whom)s"),
    "staff_disabled": _("Shut %(whom)s out"),
    "staff_enabled": _("Let %(whom)s in again"),
    "password_changed": _("Chose another password"),
    "token_issued": _("Made a token for %(whom)s"),
    "token_revoked": _("Revoked a token of %(whom)s"),
    "exported": _("Exported a file"),
    "staff_invited": _("Invited %(whom)s"),
    "invitation_renewed": _("Made another invitation for %(whom)s"),
    "invitation_accepted": _("Accepted the invitation"),
    "sessions_ended": _("Signed %(whom)s out elsewhere"),
    "factor_turned_on": _("Turned their second step on"),
    "factor_turned_off": _("Turned their second step off"),
    "factor_reset": _("Reset the second step of %(whom)s"),
    "recovery_code_used": _("Used a recovery code"),
    "recovery_codes_renewed": _("Made new recovery codes"),
    "telegram_linked": _("Linked a Telegram account for signing in"),
    "telegram_unlinked": _("Unlinked their Telegram account"),
    "broadcast_planned": _("Planned a message to customers"),
    "broadcast_confirmed": _("Confirmed a message to customers"),
    "broadcast_turned": _("Paused, resumed or stopped a message to customers"),
    "bot_connected": _("Connected the bot"),
    "bot_disconnected": _("Disconnected the bot"),
    "login_secret_changed": _("Changed the secret for signing in with Telegram"),
    "chat_code_made": _("Made a code for the staff's chat"),
    "chat_bound": _("Bound the staff's chat"),
    "chat_unbound": _("Unbound the staff's chat"),
    "program_created": _("Made the program"),
    "program_changed": _("Changed the program's settings"),
    "zone_changed": _("Changed the time zone"),
    "brand_changed": _("Changed the program's look"),
    "terms_published": _("Published new terms"),
    "policies_changed": _("Changed the program's policies"),
    "rule_changed": _("Changed an earning rule"),
    "referral_limits_changed": _("Changed the limits of referrals"),
    "campaign_planned": _("Planned a campaign"),
    "campaign_changed": _("Changed a campaign"),
    "campaign_ended": _("Ended a campaign"),
    "content_changed": _("Changed products or news"),
    "content_imported": _("Imported products or news"),
    "feed_changed": _("Changed a feed"),
}
_WHO: Final[Mapping[str, str]] = {
    "operator": _("Operator"),
    "stranger": _("Stranger"),
    "system": _("System"),
}


def who(spoken: Translator, actor: str, names: Mapping[UUID, str]) -> str:
    """Name who did it."""
    kind, _colon, named = actor.partition(":")
    if kind == "staff":
        return names.get(UUID(named), spoken.text("Somebody"))
    return spoken.text(_WHO.get(actor, "System"))


def what(spoken: Translator, entry: Entry, names: Mapping[UUID, str]) -> str:
    """Say what was done."""
    sentence = ACTS.get(entry.act)
    if sentence is None:  # written by a later version
        return entry.act
    return spoken.text(sentence, whom=_whom(spoken, entry, names))


def _whom(spoken: Translator, entry: Entry, names: Mapping[UUID, str]) -> str:
    if (told := entry.facts.get("staff")) and entry.actor != f"staff:{told}":
        return names.get(UUID(told), spoken.text("Somebody"))
    return spoken.text("themselves")
