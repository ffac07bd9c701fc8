from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "lapak.messaging"
    label = "messaging"
