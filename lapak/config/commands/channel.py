"""Commands on channels."""

import sys
from argparse import Namespace

from lapak.config.commands.database import set_up_django
from lapak.config.home import APP_ROLE


def check(given: Namespace) -> int:
    """Say what each channel does, its tier and evidence, what is still to be done, which settings are missing.

    1 when a setting it cannot do without is missing. That a tier is earned is proven by the tests.
    """
    set_up_django(role=APP_ROLE)
    from django.conf import settings

    from lapak.channels.kit.errors import KeysRefused
    from lapak.channels.kit.load import channels, filled

    known = [channel for channel in channels() if given.slug in ("", channel.slug)]
    if not known:
        print(f"no channel {given.slug!r} → one of {', '.join(found.slug for found in channels())}", file=sys.stderr)
        return 2
    bad = 0
    for channel in known:
        print(f"{channel.slug}: {channel.tier.name.lower()}, seen with {channel.evidence}; {', '.join(channel.does)}")
        if channel.todo():
            print(f"  to do: {', '.join(channel.todo())}")
        try:
            if channel.slug in settings.LAPAK_CHANNELS:
                filled(channel, settings.LAPAK_CHANNELS[channel.slug])
        except KeysRefused as fault:
            bad = 1
            print(f"  missing settings: {fault.told['missing']} → docs/reference/settings.md")
    return bad
