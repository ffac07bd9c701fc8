from importlib import import_module

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "lapak.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Listen; that makes the worker of the lanes known to the queue too."""
        import_module("lapak.messaging.listeners")
