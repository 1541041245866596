"""The command line: `niangjia COMMAND`. Finds the settings, the database and the command, and says faults plainly."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

# Imported when asked for: most of them import models, which Django must have loaded before.
COMMANDS = {
    "bench": "niangjia.web.commands.benches:bench",
    "demo": "niangjia.web.commands.serving:demo",
    "doctor": "niangjia.web.commands.doctor:doctor",
    "events": "niangjia.web.commands.drawing:events",
    "flows": "niangjia.web.commands.listings:flows",
    "happenings": "niangjia.web.commands.listings:happenings",
    "import": "niangjia.web.commands.rosters:imports",
    "match": "niangjia.web.commands.matching:match",
    "messages": "niangjia.web.commands.wording:messages",
    "migrate": "niangjia.web.commands.upkeep:migrate",
    "routes": "niangjia.web.commands.listings:routes",
    "serve": "niangjia.web.commands.serving:serve",
    "story": "niangjia.stories.cli:story",
    "tree": "niangjia.web.commands.upkeep:tree",
    "worker": "niangjia.web.commands.serving:worker",
}
PRODUCTION_SIGN = "NIANGJIA_SECRET_KEY"


class House(click.Group):
    """Commands by name, each given its database unless it says that it needs none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return _with_database(command)


def _with_database(command: click.Command) -> click.Command:
    """Open the database around a command, and around each command of a group."""
    from niangjia.kit.commands import is_exempt, opened

    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _with_database(inner)
        return command
    callback = command.callback
    if callback is None or is_exempt(callback):
        return command

    @functools.wraps(callback)
    def inside(*args: Any, **kwargs: Any) -> Any:
        with opened():
            return callback(*args, **kwargs)

    command.callback = _exempted(inside)
    return command


def _exempted(callback: Callable[..., Any]) -> Callable[..., Any]:
    from niangjia.kit.commands import without_database

    return without_database(callback)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def niangjia() -> None:
    """Niangjia (娘家), the digital trade union: run it, fill it, look after it.

    Without DATABASE_URL an embedded PostgreSQL in var/pg is started, or joined if it is already running.
    """


def main() -> None:
    """What `.venv/bin/niangjia` runs."""
    settings = "prod" if os.environ.get(PRODUCTION_SIGN) else "dev"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"config.settings.{settings}")
    from niangjia.kit.env import BadSetting
    from niangjia.kit.postgres import PostgresTrouble
    from niangjia.kit.refusal import Refusal

    try:
        _prepare()
        niangjia(prog_name="niangjia")
    except (BadSetting, PostgresTrouble) as fault:
        sys.exit(f"niangjia: {fault}")
    except Refusal as refusal:
        sys.exit(f"{refusal.sentence}\n{refusal.remedy}".strip())


def _prepare() -> None:
    """Django loaded, and the Chinese compiled before anything looks a sentence up."""
    import django

    from niangjia.kit import messages

    messages.compile_all()
    django.setup()


if __name__ == "__main__":
    main()
