"""Files that leave us: made, written down in the audit log, and sent."""

from aiohttp import hdrs, web

from admin.auth.people import person_of
from admin.sheets import loyalty_sheet
from domain.access import audit, roles
from domain.reporting.customer_loyalty import customer_loyalty
from domain.reporting.periods import Period, zone_name
from locales import translator
from web.errors import locale_of
from web.keys import CLOCK
from web.limits import client_address


async def send_loyalty(request: web.Request, wanted: Period) -> web.Response:
    """Send Customer Loyalty as a spreadsheet; raises Forbidden for who may only look."""
    person = person_of(request)
    roles.require(person.member, "export_reports")
    now = request.config_dict[CLOCK].now()
    zone = await zone_name(person.program.id, wanted.zone, now=now)
    report = await customer_loyalty(person.program, wanted)
    first, last = str(wanted.first), str(wanted.last)
    await audit.record(
        "exported",
        now=now,
        by=person.member,
        address=client_address(request),
        report="customer-loyalty",
        days=[first, last],
        zone=zone,
        format="csv",
    )
    text = loyalty_sheet(translator(locale_of(request)), report, zone)
    # The file's name is made of our own words: nothing that anybody typed.
    file = f"{person.program.slug}-customer-loyalty-{first}-{last}.csv"
    return web.Response(
        text=text,
        content_type="text/csv",
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: f'attachment; filename="{file}"'},
    )
