"""The lists as tables, and which version of each is loaded."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q


class ReferenceVersion(models.Model):
    """A list that is loaded. digest: SHA-256 of the file it came from, so that loading it again is nothing to do."""

    list = models.CharField(max_length=20, primary_key=True)
    version = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.list} {self.version}"


class Region(models.Model):
    """A province (1), regency or city (2), district (3) or village (4) with Kemendagri's code, `32.73.02.1001`.

    kind: what it is called, e.g. `Kota`, `Kec.`; name is without it. path: the whole name up to the province.
    key: the name as it is searched, in lower case. search: its key and those of its parents, a space before each word.
    gone: no longer in the newest list; kept, because businesses and identity numbers still carry the code.
    """

    code = models.CharField(max_length=13, primary_key=True)
    level = models.PositiveSmallIntegerField()
    parent_code = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, blank=True)
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=80)
    search = models.CharField(max_length=240)
    version = models.CharField(max_length=60)
    gone = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["parent_code", "name"], name="region_children"),
            models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="region_key"),
            GinIndex(OpClass(F("search"), name="gin_trgm_ops"), name="region_search"),
            # Typing errors are looked for down to districts only: a tenth of the rows, and a tenth of the time.
            GinIndex(OpClass(F("search"), name="gin_trgm_ops"), condition=Q(level__lte=3), name="region_typos"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.path}"


class Kbli(models.Model):
    """A kind of business: section (a letter), division (2 digits) … five digits, within one version of KBLI.

    common: often met among small businesses; shown first. search: name and everyday words, a space before each word.
    """

    version = models.CharField(max_length=8)
    code = models.CharField(max_length=5)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    common = models.BooleanField(default=False)
    search = models.CharField(max_length=600)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "code"], name="one_kbli_code")]

    def __str__(self) -> str:
        return f"{self.version}:{self.code} {self.name}"
