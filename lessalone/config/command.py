"""The `lessalone` command line.

`serve` starts a supervisor that stays small, so Django is imported by the other commands only, when they run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

DESCRIPTION = """\
Less Alone: a community for people bereaved by pregnancy loss, stillbirth or the death of a baby.

Everything is in one folder (LESSALONE_DATA). Settings come from the environment; `lessalone doctor`
shows them all and says what is wrong with them."""

EXAMPLES = """\
examples:
  lessalone migrate                                  make or update the data folder
  lessalone serve                                    pages, background work and schedules together
  LESSALONE_BIND=127.0.0.1:9000 lessalone serve      on another port
  lessalone doctor                                   is everything as it should be?
  lessalone invite-moderator                         a one-time link for a new moderator

The operating guide is docs/operating.md."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code: 0 well, 1 something is wrong, 2 not understood."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessalone.config.settings")
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lessalone",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    serve = _command(
        commands,
        "serve",
        _serve,
        "serve pages, do background work and keep schedules, all in one service",
        "Runs until it is asked to stop (SIGTERM or Ctrl-C), and then finishes what it is at. A part that "
        "ends by itself is started again. Listens on LESSALONE_BIND.",
        "  lessalone serve\n  LESSALONE_WORKERS=2 lessalone serve",
    )
    serve.add_argument(
        "--welcome",
        action="store_true",
        help="when there is no moderator yet, print a one-time link for the first one",
    )
    serve.add_argument("--only-web", action="store_true", help="only pages; run `lessalone worker` elsewhere")

    worker = _command(
        commands,
        "worker",
        _worker,
        "do background work and keep schedules, without serving pages",
        "For larger installations, beside `lessalone serve --only-web`. Several may run, on several "
        "machines.",
        "  lessalone worker",
    )
    worker.add_argument("--welcome", action="store_true", help=argparse.SUPPRESS)

    _command(
        commands,
        "migrate",
        _migrate,
        "make or update the data folder: tables, keys, the files of the pages",
        "Run it once before the first start, and after each update before the service starts again. "
        "Running it twice does no harm.",
        "  lessalone migrate",
    )
    doctor = _command(
        commands,
        "doctor",
        _doctor,
        "look whether everything is as it should be, and say what to do",
        "Shows each setting and where it comes from (secrets are never shown), then what is wrong: settings, "
        "files that others could read, stores that do not answer, work that did not succeed, the disk, facts "
        "that were checked too long ago. Exit code 0 when there is no error.",
        "  lessalone doctor\n  lessalone doctor --retry-dead",
    )
    doctor.add_argument(
        "--retry-dead",
        action="store_true",
        help="first give work that did not succeed all its attempts again",
    )
    _command(
        commands,
        "invite-moderator",
        _invite_moderator,
        "print a one-time link for a new moderator",
        "Whoever opens the link first, joins or signs in, is a moderator. Hand it over in person or over a "
        "channel you trust.",
        "  lessalone invite-moderator",
    )
    _command(
        commands,
        "turn-key",
        _turn_key,
        "make a new master key, and let the old ones open nothing any more",
        "From time to time, on PostgreSQL, and whenever someone may have seen the master key. Old copies of the "
        "key store then open with nothing, so what was erased is gone from them too. Stop every part of the "
        "service first. Afterwards make a new copy of the master key, and of the key store. Running it again "
        "after it was interrupted finishes it.",
        "  lessalone turn-key",
    )
    sample = _command(
        commands,
        "sample",
        _sample,
        "fill an empty data folder with a sample community",
        "Made-up members, stories and responses, all marked as a sample, the same each time. It refuses a "
        "data folder in which there are members who are not of a sample.",
        "  LESSALONE_DATA=data-sample lessalone migrate\n  LESSALONE_DATA=data-sample lessalone sample",
    )
    sample.add_argument(
        "--seed", type=int, default=1, help="another number gives another community (default: 1)"
    )
    return parser


def _command(commands, name, run, summary, description, examples):  # type: ignore[no-untyped-def]
    command = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{description}",
        epilog=f"examples:\n{examples}",
        formatter_class=_Wrapped,
    )
    command.set_defaults(run=run)
    return command


class _Wrapped(argparse.RawDescriptionHelpFormatter):
    """Wraps long paragraphs of the description, and leaves examples as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        import textwrap

        if text.startswith("examples:"):
            return text
        return "\n\n".join(textwrap.fill(part, min(width, 90)) for part in text.split("\n\n"))


def _serve(chosen: argparse.Namespace) -> int:
    from lessalone.config.processes import Child, Supervisor

    ours = [sys.executable, "-m", "lessalone.config.child"]
    children = [Child([*ours, "web"])]
    if not chosen.only_web:
        children.append(Child([*ours, "worker-with-welcome" if chosen.welcome else "worker"]))
    return Supervisor(children).run()


def _worker(chosen: argparse.Namespace) -> int:
    from lessalone.config.child import work

    work(is_welcoming=chosen.welcome)
    return 0


def _migrate(chosen: argparse.Namespace) -> int:
    _set_up()
    from lessalone.config import preparing

    return preparing.prepare()


def _doctor(chosen: argparse.Namespace) -> int:
    _set_up()
    from lessalone.config import doctor

    return doctor.examine(retry_dead=chosen.retry_dead)


def _invite_moderator(chosen: argparse.Namespace) -> int:
    _set_up()
    from lessalone.config import preparing

    print(preparing.moderator_link())
    return 0


def _turn_key(chosen: argparse.Namespace) -> int:
    _set_up()
    from lessalone.config import preparing

    return preparing.turn_key()


def _sample(chosen: argparse.Namespace) -> int:
    _set_up()
    from lessalone.config.sample import NotEmpty, build

    try:
        build(seed=chosen.seed)
    except NotEmpty as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _set_up() -> None:
    import django

    django.setup()
