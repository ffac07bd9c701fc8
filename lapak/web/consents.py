"""What an owner agrees to, in words with a version: a changed sentence is a new version, and is asked again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Purpose:
    """One purpose of use. key: as `accounts` keeps it."""

    key: str
    version: str
    title: str
    words: str
    needed: bool = False


PURPOSES = (
    Purpose(
        "programme", "2026-11",
        "Data dipakai untuk mendampingi usaha saya",
        "Petugas di wilayah Anda dapat melihat nama usaha, tempat, dan sampai di mana usaha berjalan.",
        needed=True,
    ),
    Purpose(
        "whatsapp_news", "2026-11",
        "Kabari saya lewat WhatsApp",
        "Pesanan baru dan toko yang perlu disambung ulang. Kode masuk tetap dikirim.",
    ),
)  # fmt: skip
BY_KEY = {purpose.key: purpose for purpose in PURPOSES}
