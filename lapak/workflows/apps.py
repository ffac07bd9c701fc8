from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "lapak.workflows"
    label = "workflows"
