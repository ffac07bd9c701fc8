"""Commands on deliveries that were given up and wait for a person."""

import sys
from argparse import Namespace

from lapak.config.commands.database import database


def parked(given: Namespace) -> None:
    """One line for each parked delivery: its number, since when, who should have heard, why it was given up."""
    with database():
        from lapak.core.models import Delivery

        waiting = Delivery.objects.filter(parked_at__isnull=False, done_at__isnull=True).order_by("pk")
        for row in waiting[: given.limit]:
            print(f"{row.pk}  {row.parked_at:%Y-%m-%d %H:%M}  {row.listener}: {row.fault}")


def retry(given: Namespace) -> int:
    """Give parked deliveries new tries. 1 when none was meant."""
    with database():
        from lapak.core.events import retry_parked
        from lapak.core.models import Delivery

        waiting = Delivery.objects.filter(parked_at__isnull=False, done_at__isnull=True)
        chosen = list((waiting if given.all else waiting.filter(pk__in=given.number)).values_list("pk", flat=True))
        for number in chosen:
            retry_parked(number)
    if not chosen:
        print("none of these is parked → see `lapak jobs parked`", file=sys.stderr)
        return 1
    print(f"{len(chosen)} will be tried again")
    return 0
