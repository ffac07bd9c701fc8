from importlib import import_module

from django.apps import AppConfig

STORIES = ("climb_ladder", "publish_product", "receive_order", "tell_owner")


class WorkflowsConfig(AppConfig):
    name = "lapak.workflows"
    label = "workflows"

    def ready(self) -> None:
        """Have every story listen."""
        for story in STORIES:
            import_module(f"{self.name}.{story}")
