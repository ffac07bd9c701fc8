"""Words that get a product refused, so that a trainer can show what a refusal looks like."""

from __future__ import annotations

# A word in the name or description, and the reason the seller reads.
BANNED_WORDS = {
    "senjata api": "Barang terlarang: senjata.",
    "obat keras": "Barang terlarang: obat keras perlu izin apotek.",
    "gading gajah": "Barang terlarang: bagian satwa dilindungi.",
    "rokok tanpa cukai": "Barang terlarang: tembakau tanpa cukai.",
    "kw super": "Pelanggaran merek: barang tiruan.",
    "hubungi wa": "Mengarahkan pembeli ke luar platform.",
}


def banned_for(text: str) -> str:
    """Why a text gets a product banned, or ''."""
    lower = text.lower()
    return next((reason for word, reason in BANNED_WORDS.items() if word in lower), "")
