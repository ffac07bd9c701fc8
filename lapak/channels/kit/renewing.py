"""The grant of one shop, renewed in time and by one caller at a time, whatever the channel's own call for it is."""

from collections.abc import Callable
from datetime import timedelta

from lapak.channels.kit.errors import ChannelFault, SignedOut
from lapak.channels.kit.protocol import GrantKeeper
from lapak.core.clock import now
from lapak.domain.connection import Grant


class Renewals:
    """Hands out grants that hold.

    before: how long before its end a grant is renewed. ask: the channel's call, an old grant for a new one; it raises
    SignedOut when the channel refuses for the token's or the consent's sake, and another ChannelFault otherwise.
    """

    def __init__(self, keeper: GrantKeeper, *, before: timedelta, ask: Callable[[Grant], Grant]) -> None:
        self._keeper, self._before, self._ask = keeper, before, ask

    def good(self) -> Grant:
        """The stored grant, renewed shortly before its end. While it still holds, a failed renewal can wait."""
        grant = self._keeper.current()
        if grant.expires_at - now() > self._before:
            return grant
        try:
            return self.renewed(grant)
        except SignedOut:
            raise
        except ChannelFault:
            if grant.expires_at <= now():
                raise
            return grant

    def renewed(self, stale: Grant) -> Grant:
        """One call per shop: a refresh token may be good once, so whoever comes second takes what the first stored."""
        with self._keeper.renewing(stale) as renewal:
            if renewal.grant.access_token != stale.access_token:
                return renewal.grant
            fresh = self._ask(renewal.grant)
            renewal.keep(fresh)
            return fresh
