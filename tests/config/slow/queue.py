"""`python -m tests.config.slow.queue LANE…`: put a job for each lane in the queue, as a service would."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import transaction

    from lapak.core.jobs import wake
    from tests.config.slow.tasks import work

    for lane in sys.argv[1:]:
        with transaction.atomic():
            wake(work, lane=lane)
