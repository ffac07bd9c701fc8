"""Which category of a channel a product belongs to: a suggestion with a measure of trust, for the owner to confirm."""

import re
from collections import Counter
from collections.abc import Sequence

from lapak.domain.listing import Category
from lapak.shops.types import CategoryOption

_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset({"dan", "untuk", "dengan", "isi", "asli", "khas", "lainnya", "the", "of", "lain"})


def words_of(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.lower()) if len(word) > 2 and word not in _EMPTY)


def suggest(*, title: str, hint: str, categories: Sequence[Category], limit: int = 5) -> list[CategoryOption]:
    """The likeliest categories, best first.

    Each word a product shares with a category's path counts by how few categories have it (a word of many categories
    says little); a word of the leaf counts double. The owner's own word for the kind (`hint`) comes first: a category
    that has more of it goes before one that has less, whatever else the title says. `sure` is the share of the leaf's
    and the hint's weight that was met, in [0, 1].
    """
    paths = [words_of(" ".join(category.path)) for category in categories]
    spread = Counter(word for path in paths for word in path)
    from_title, from_hint = words_of(title), words_of(hint)
    scored: list[tuple[float, float, float, Category]] = []
    for category, path in zip(categories, paths, strict=True):
        leaf = words_of(category.path[-1])
        met = path & (from_title | from_hint)
        if not met:
            continue
        kind = sum(2 if word in leaf else 1 for word in from_hint & path)
        score = sum((2 if w in leaf else 1) * (2 if w in from_hint else 1) / spread[w] for w in met)
        asked = leaf | from_hint
        sure = sum(1 / spread.get(w, 1) for w in asked & met) / sum(1 / spread.get(w, 1) for w in asked)
        scored.append((kind, score, sure, category))
    scored.sort(key=lambda row: (-row[0], -row[1], -row[2], len(row[3].path), row[3].external_id))
    return [
        CategoryOption(category_id=found.external_id, path=" › ".join(found.path), sure=round(min(sure, 0.99), 2))
        for _, _, sure, found in scored[:limit]
    ]
