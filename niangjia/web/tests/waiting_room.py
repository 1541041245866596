"""A house behind the real parking worker, for `test_parking.py`: activity N answers a press after N milliseconds.

Activity 0 never answers by itself. Any other address is served by a thread at once and tells how many presses came.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from threading import Timer
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from niangjia.events.actions import Answer  # noqa: E402 - its models are there once Django has started
from niangjia.events.models import Claim  # noqa: E402
from niangjia.events.opening.lane import Lane, Press  # noqa: E402


class WaitingRoom(Lane):
    patience = 1.0

    def __init__(self) -> None:
        super().__init__(self.tell)
        self.presses = 0

    def tell(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = f"{self.presses} presses".encode()
        start_response("200 OK", [("Content-Length", str(len(told)))])
        return [told]

    def hand_over(self, activity_id: int, _cookie: str, _body: bytes) -> Press:
        self.presses += 1
        press = Press("zh-hans", Future())
        if activity_id:
            Timer(activity_id / 1000, press.answer.set_result, [Answer(Claim(state="entered"))]).start()
        return press


application = WaitingRoom()
