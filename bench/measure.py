"""What every bench shares: servers on loopback, CPU time from /proc, figures as JSON and as a table."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def arguments(description: str, *flags: str) -> argparse.Namespace:
    """`--json`, `--quick`, and more flags of one bench."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--quick", action="store_true", help="a small corpus, under 45 seconds")
    for flag in flags:
        parser.add_argument(f"--{flag}", action="store_true")
    return parser.parse_args()


def is_within(key: str, value: float, limit: float) -> bool:
    """What is counted per second is to be at least its budget, everything else at most."""
    return value >= limit if key.endswith("_per_second") else value <= limit


def report(name: str, figures: Mapping[str, Any], budget: Mapping[str, float], *, as_json: bool) -> int:
    """Print figures beside their budget. `met` is true when every budgeted figure that was measured is within."""
    met = all(is_within(key, figures[key], limit) for key, limit in budget.items() if key in figures)
    if as_json:
        print(json.dumps({"name": name, "figures": figures, "budget": budget, "met": met}))
        return 0 if met else 1
    width = max(map(len, figures))
    for key, value in figures.items():
        limit = budget.get(key)
        said = "" if limit is None else _said(key, value, limit)
        print(f"{key:<{width}}  {value:>12.4g}{said}")
    print("met" if met else "not met")
    return 0 if met else 1


def _said(key: str, value: float, limit: float) -> str:
    bound = "at least" if key.endswith("_per_second") else "at most"
    return f"   {bound} {limit:g}   {'met' if is_within(key, value, limit) else 'NOT MET'}"


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def server(command: list[str], environment: Mapping[str, str], port: int, log: Path) -> Iterator[int]:
    """A server process with all its children, stopped at the end. Gives its pid once the port answers."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait(port, process, log)
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server did not start:\n{log.read_text()[-3000:]}")


def family_of(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, queue = [], [pid]
    while queue:
        one = queue.pop()
        found.append(one)
        queue += children.get(one, [])
    return found


def parent_of(pid: int) -> int:
    """The process that started this one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def cpu_seconds(pids: list[int]) -> float:
    """CPU time that these processes have had so far, from the scheduler's nanoseconds, all threads."""
    total = 0
    for pid in pids:
        try:
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
        except OSError:
            continue
        for task in tasks:
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except OSError:
                continue
    return total / 1e9


def pss_megabytes(pids: list[int]) -> float:
    """Proportional memory of these processes together."""
    total = 0
    for pid in pids:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


class Reader:
    """A signed-in browser without a screen: one connection kept open, cookies as given."""

    def __init__(self, port: int, cookies: Mapping[str, str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.location = ""
        """Where the last form led to."""
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "Accept-Encoding": "identity",
            "Host": f"127.0.0.1:{port}",
        }

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body."""
        self.connection.request("GET", path, headers={**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def read(self, path: str, headers: Mapping[str, str] | None = None) -> int:
        """The length of a page that has to be there."""
        status, body = self.get(path, headers)
        if status != 200:
            raise SystemExit(f"{path} answered {status}")
        return len(body)

    def post(self, path: str, body: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and body of a form that is sent."""
        self.connection.request(
            "POST",
            path,
            body=body.encode(),
            headers={**self.headers, "Content-Type": "application/x-www-form-urlencoded", **headers},
        )
        answer = self.connection.getresponse()
        self.location = answer.getheader("Location", "")
        return answer.status, answer.read()


@dataclass(frozen=True, slots=True)
class Request:
    """Something to ask of a server again and again, and the processes that work for it."""

    send: Callable[[int], Any]
    pids: list[int]


def in_turn(requests: Mapping[str, Request], *, batches: int, size: int) -> dict[str, dict[str, Any]]:
    """Of each request, by its name: CPU milliseconds of every batch, and wall percentiles of all.

    The requests take turns, a batch each, so that what else the machine does weighs on all of them alike.
    """
    cpu: dict[str, list[float]] = {name: [] for name in requests}
    walls: dict[str, list[float]] = {name: [] for name in requests}
    for batch in range(batches):
        for name, request in requests.items():
            before = cpu_seconds(request.pids)
            for number in range(size):
                start = time.perf_counter()
                request.send(batch * size + number)
                walls[name].append((time.perf_counter() - start) * 1000)
            cpu[name].append((cpu_seconds(request.pids) - before) * 1000 / size)
    return {name: {"cpu_ms": cpu[name], **_percentiles(walls[name])} for name in requests}


def _percentiles(walls: list[float]) -> dict[str, float]:
    walls = sorted(walls)
    return {
        "p50_ms": walls[len(walls) // 2],
        "p95_ms": walls[int(len(walls) * 0.95)],
        "p99_ms": walls[int(len(walls) * 0.99)],
        "requests_per_second": 1000 * len(walls) / sum(walls),
    }


def on_core(core: int, command: list[str]) -> list[str]:
    """The command, on one processor only where `taskset` is there."""
    return ["taskset", "-c", str(core), *command] if (os.cpu_count() or 1) > 1 else command


PYTHON = sys.executable
