"""Persons and how they sign in, what they own and may see, what they agreed to."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from lapak.core.actor import Role
from lapak.core.ids import uuid7


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None = None, password: str | None = None, **known: Any) -> "Person":
        """A person; without a password, one who can only come in by code. (Django asks for this name.)"""
        person = self.model(email=self.normalize_email(email) if email else None, **known)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who signs in: owners by phone, staff by e-mail.

    phone: E.164. nik: sealed, found by its blind index. The index is not unique: what is typed is not proven, and a
    stranger's typing error must not shut the true holder out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=150)
    # NULL, not empty text, because both are unique and most people have only one of them.
    phone = models.CharField(max_length=16, unique=True, null=True)  # noqa: DJ001
    email = models.EmailField(unique=True, null=True)  # noqa: DJ001
    nik_sealed = models.TextField(blank=True, default="")
    nik_index = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=2, default="id")
    joined_at = models.DateTimeField(auto_now_add=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["nik_index"], condition=~Q(nik_index=""), name="person_nik")]

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    """A person runs a business, from and until a day."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ownerships")
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "business"], condition=Q(until__isnull=True), name="one_ownership"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} runs {self.business_id}"


class Caseload(models.Model):
    """A trainer looks after a business, from and until a day."""

    trainer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="caseload")
    business = models.ForeignKey("registry.Business", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["trainer", "business"], condition=Q(until__isnull=True), name="one_caseload"
            )
        ]

    def __str__(self) -> str:
        return f"{self.trainer_id} looks after {self.business_id}"


class RoleGrant(models.Model):
    """A role with its scope: a region's code (all below it too), the nation, or a partner's slug."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(
        max_length=8, choices=[(role.value, role.value) for role in (Role.TRAINER, Role.OFFICER, Role.PARTNER)]
    )
    region_code = models.CharField(max_length=13, blank=True, default="")
    nation = models.BooleanField(default=False)
    partner = models.CharField(max_length=40, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role", "region_code", "partner"], condition=Q(until__isnull=True), name="one_grant"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.OFFICER.value)
                | (Q(nation=True) & Q(region_code=""))
                | (Q(nation=False) & ~Q(region_code="")),
                name="an_officer_has_one_scope",
            ),
            models.CheckConstraint(condition=~Q(role=Role.PARTNER.value) | ~Q(partner=""), name="a_partner_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} as {self.role}"


class Consent(models.Model):
    """A person agreed to one purpose, under one version of the words, and may have withdrawn since. Never deleted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    how = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at__isnull=True), name="one_live_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose} {self.text_version}"


class OneTimeCode(models.Model):
    """A sign-in code on its way. Its id is the request it is bound to; the code itself is kept only as a keyed digest.

    sealed: the code for the message that carries it, wiped once handed over. address_index: keyed digest of the
    network address that asked. Rows are forgotten after two days.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    phone = models.CharField(max_length=16)
    address_index = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["phone", "-asked_at"], name="code_by_phone"),
            models.Index(fields=["address_index", "-asked_at"], name="code_by_address"),
            models.Index(fields=["asked_at"], name="code_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
