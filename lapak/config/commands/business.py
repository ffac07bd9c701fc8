"""Commands on businesses, for operators: they see all."""

from argparse import Namespace

from lapak.config.commands.database import database


def list_(given: Namespace) -> None:
    """One line for each business: id, region, name; the newest first."""
    with database():
        from lapak.core.actor import system
        from lapak.registry.selectors import businesses_of

        actor = system("command line")
        rows = businesses_of(actor=actor, region_code=given.region, search=given.search, limit=given.limit)
    for row in rows:
        print(f"{row.business_id}  {row.region_code:13}  {row.name}")


def show(given: Namespace) -> None:
    """A business and its ladder. No personal data is printed."""
    with database():
        from lapak.core.actor import system
        from lapak.core.ids import BusinessId
        from lapak.registry.selectors import business_row, rungs_of

        actor, business_id = system("command line"), BusinessId(given.business)
        row = business_row(actor=actor, business_id=business_id)
        rungs = rungs_of(actor=actor, business_id=business_id)
    print(f"{row.name} ({row.status})")
    print(f"  id      {row.business_id}\n  region  {row.region_code}\n  KBLI    {row.kbli_code} ({row.kbli_version})")
    for rung in rungs:
        print(f"  {rung.at:%Y-%m-%d}  {rung.rung:12}  known by {rung.evidence}")
