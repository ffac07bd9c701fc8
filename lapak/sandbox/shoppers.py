"""Invented people who buy at the practice stalls."""

from __future__ import annotations

import random
import secrets
from typing import Any

# Their phones begin with 0800, which is never a person's number.
PEOPLE = (
    ("Ayu Larasati", "ayu.laras", "Jl. Kenanga No. 12, RT 03/RW 05", "Kota Semarang", "Jawa Tengah", "50132"),
    ("Bagus Prakoso", "bagusprk", "Jl. Cempaka Raya No. 7", "Kota Surabaya", "Jawa Timur", "60241"),
    ("Citra Manurung", "citra_mnr", "Jl. Sei Deli No. 45", "Kota Medan", "Sumatera Utara", "20114"),
    ("Dewa Nyoman Arta", "dewa.arta", "Jl. Pulau Moyo No. 3", "Kota Denpasar", "Bali", "80222"),
    ("Evi Tandilino", "evi.tandi", "Jl. Andalas No. 88", "Kota Makassar", "Sulawesi Selatan", "90156"),
)


def person(given: Any) -> dict[str, str]:
    """Who buys: what is given (a name, or an object with some of the keys), filled up with an invented person."""
    name, username, street, city, state, zipcode = secrets.choice(PEOPLE)
    phone = f"62800{random.randrange(10_000_000, 99_999_999)}"  # noqa: S311  an invented number, not a secret
    found = {
        "name": name,
        "username": username,
        "phone": phone,
        "address": street,
        "city": city,
        "state": state,
        "zipcode": zipcode,
        "message": "",
    }
    if isinstance(given, str) and given:
        found["name"] = given
    elif isinstance(given, dict):
        found |= {key: str(value) for key, value in given.items() if key in found}
    return found
