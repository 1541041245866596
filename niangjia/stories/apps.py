"""Registration of the package with Django, and of the demo's world."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "niangjia.stories"
    label = "stories"

    def ready(self) -> None:
        from niangjia.kit.demo import register
        from niangjia.stories.demo import WORLD

        register(WORLD)
