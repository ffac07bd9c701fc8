"""Verbs about persons. Each is safe to repeat."""

from lapak.accounts.services.codes import ask_code, enter_code, forget_codes, hand_over_code
from lapak.accounts.services.persons import give_consent, join, own, part_from, revise_person, withdraw_consent
from lapak.accounts.services.roles import end_role, grant_role, hire, let_go_of, take_on

__all__ = [
    "ask_code",
    "end_role",
    "enter_code",
    "forget_codes",
    "give_consent",
    "grant_role",
    "hand_over_code",
    "hire",
    "join",
    "let_go_of",
    "own",
    "part_from",
    "revise_person",
    "take_on",
    "withdraw_consent",
]
