"""Which category: a suggestion that the owner's own word decides."""

from lapak.domain.listing import Category
from lapak.shops.suggest import suggest

TREE = [
    Category(external_id="1", path=("Pakaian Pria", "Batik", "Kemeja Batik")),
    Category(external_id="2", path=("Pakaian Pria", "Celana", "Celana Pendek")),
    Category(external_id="3", path=("Makanan & Minuman", "Camilan", "Keripik")),
    Category(external_id="4", path=("Makanan & Minuman", "Bumbu", "Sambal")),
    Category(external_id="5", path=("Makanan & Minuman", "Camilan", "Kerupuk")),
]


def best(title: str, hint: str = "") -> str:
    found = suggest(title=title, hint=hint, categories=TREE)
    return found[0].category_id if found else ""


def test_the_owners_word_goes_before_the_title() -> None:
    assert best("Kemeja Batik Pria Lengan Pendek Motif Parang", "Kemeja Batik") == "1"
    assert best("Kemeja Pria Lengan Pendek Bahan Celana", "batik") == "1"


def test_without_a_hint_the_title_decides() -> None:
    assert best("Keripik Tempe Pedas 200 g") == "3"
    assert best("Sambal Bawang Botol") == "4"


def test_nothing_in_common_is_no_suggestion() -> None:
    assert suggest(title="Pupuk Kandang 5 kg", hint="", categories=TREE) == []


def test_a_full_match_is_surer_than_a_partial_one() -> None:
    full = suggest(title="Keripik Singkong", hint="keripik", categories=TREE)[0]
    partial = suggest(title="Batik Cap", hint="batik cap", categories=TREE)[0]
    assert full.sure > partial.sure
    assert 0 <= partial.sure <= full.sure < 1
