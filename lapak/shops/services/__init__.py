"""The verbs of shops: connect, publish, send, take in, run errands, look back."""

from lapak.shops.services.connecting import begin_consent, disconnect, finish_consent
from lapak.shops.services.errands import ask_errand
from lapak.shops.services.inbox import check_push, forget_old_pushes, greet, keep_push, store_push, wake_inboxes
from lapak.shops.services.looking import wake_looks
from lapak.shops.services.polling import wake_polls, wake_reconciles
from lapak.shops.services.publishing import plan_publish, publish, rewrite_specs, unlist, want_stock
from lapak.shops.services.sending import push_listing, resend, wake_shops

__all__ = [
    "ask_errand",
    "begin_consent",
    "check_push",
    "disconnect",
    "finish_consent",
    "forget_old_pushes",
    "greet",
    "keep_push",
    "plan_publish",
    "publish",
    "push_listing",
    "resend",
    "rewrite_specs",
    "store_push",
    "unlist",
    "wake_inboxes",
    "wake_looks",
    "wake_polls",
    "wake_reconciles",
    "wake_shops",
    "want_stock",
]
