"""What may ask every node, and why that is fine. Everything else concerns one customer."""

from collections.abc import Iterable, Mapping

from tests.scale.statements import APART, CHANGES, READS, Finding

# By rule, then by the file of a named query, with its name unless all of the file may.
ALLOWED: dict[str, dict[str, str]] = {
    READS: {
        "domain/earning/campaigns.sql given": "a campaign is for everybody",
        "domain/earning/decision_log.sql": "the log covers the program",
        "domain/earning/habits.sql": "what a program's customers do, for a preview",
        "domain/ledger/audit.sql": "an audit looks at everybody",
        "domain/ledger/closing.sql unsettled": "a day is over when nobody has anything due in it",
        "domain/ledger/sweep.sql due": "the sweeper asks who is due, then settles one by one",
        "domain/notices/broadcasts.sql audience": "a broadcast concerns the program's members",
        "domain/notices/broadcasts.sql lay": "a broadcast concerns the program's members",
        "domain/notices/outbox.sql waiting": "the worker asks what is due, then leases one by one",
        "domain/notices/recipients.sql is_unfinished": "the worker asks whether anybody still waits",
        "domain/notices/recipients.sql lost": "the worker asks who is lost, then settles one by one",
        "domain/notices/recipients.sql progress": "how far a broadcast is",
        "domain/notices/recipients.sql waiting": "the worker asks who is due, then holds one by one",
        "domain/referrals/invitations.sql friends": "a member's friends live on nodes of their own",
        "domain/reporting/customer_loyalty.sql": "a report covers the program",
        "domain/reporting/movements.sql": "a report covers the program",
        "domain/reporting/referrals.sql": "a report covers the program",
        "domain/jobs.sql prune_requests": "the oldest, whoever they belong to",
        "domain/setup/setup.sql members": "whether anybody joined at all",
        "domain/setup/setup.sql progress": "whether anybody joined, and has points, at all",
        "domain/vitals.sql vitals": "how far behind everything is",
        "domain/restoring.sql standing": "a backup counts everything",
    },
    CHANGES: {
        "domain/access/links.sql forget": "pruned by age, rarely, whoever they belonged to",
        "domain/earning/decision_log.sql forget": "pruned by age, so many at a time",
        "domain/access/sign_in_codes.sql forget": "pruned by age, rarely, whoever they belonged to",
        "domain/access/sessions.sql forget": "pruned by age, rarely, whoever they belonged to",
        "domain/jobs.sql prune_requests": "pruned by age, rarely, whoever they belonged to",
        "domain/access/sessions.sql revoke_all": "sessions are keyed by token; this is rare",
    },
    APART: {
        "domain/notices/broadcasts.sql lay": "each row is made of one member's own rows",
        "domain/ledger/audit.sql corrected_more_than_moved": "corrections by whoever carries it on",
        "domain/ledger/audit.sql inherited_from_a_stranger": "who carries on and who is carried on",
        "domain/ledger/audit.sql transfer_does_not_sum_to_zero": "both ends of a transfer",
        "domain/ledger/audit.sql transfer_does_not_hash_its_other_end": "both ends of a transfer",
        "domain/ledger/audit.sql referral_of_oneself_or_in_a_circle": "both ends of a referral",
    },
}


def forbidden(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that nobody allowed."""
    return [f for f in findings if not _allowances(f) & ALLOWED.get(f.rule, {}).keys()]


def unneeded(findings: Iterable[Finding]) -> list[str]:
    """Return what is allowed though no statement needs it any more."""
    needed = {(f.rule, allowance) for f in findings for allowance in _allowances(f)}
    allowed = [(rule, statement) for rule, reasons in ALLOWED.items() for statement in reasons]
    return [
        f"{statement}: {rule}: allowed in vain"
        for rule, statement in allowed
        if (rule, statement) not in needed
    ]


def _allowances(finding: Finding) -> set[str]:
    return {finding.statement, finding.statement.split(" ", 1)[0]}


def known_names(named: Mapping[str, str], texts: Iterable[str]) -> dict[str, str]:
    """Return texts by the names under which they are known, or else by how they begin."""
    names = {text: name for name, text in named.items()}
    return {names.get(text, f"{' '.join(text.split())[:200]!r}"): text for text in texts}
