"""The jobs of shops, gathered so that the worker finds them."""

from lapak.shops.services.inbox import work_inbox
from lapak.shops.services.looking import look_back
from lapak.shops.services.polling import poll_shop, reconcile_shop
from lapak.shops.services.sending import work_shop

__all__ = ["look_back", "poll_shop", "reconcile_shop", "work_inbox", "work_shop"]
