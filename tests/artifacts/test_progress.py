"""Progress, to a log and to a terminal."""

from __future__ import annotations

import io
import logging
import sys
import threading

import pytest

from airflow_provider_registry.artifacts.progress import (
    BarProgress,
    Counter,
    LogProgress,
    default_progress,
    format_bytes,
)


class TestLogProgress:
    def test_it_says_something_every_ten_seconds_and_at_the_end(self, caplog):
        """Files, bytes and rate; not a line for each file."""
        caplog.set_level(logging.INFO)
        now = [0.0]
        progress = LogProgress(logging.getLogger("test"), clock=lambda: now[0])
        progress.start(25, 25_000_000, "Uploading churn")
        for _ in range(25):
            now[0] += 1
            progress.advance(1, 1_000_000)
        progress.finish()
        assert [
            "Uploading churn: 10 of 25 files, 10.0 MB of 25.0 MB in 10.0 s (1.0 MB/s)",
            "Uploading churn: 20 of 25 files, 20.0 MB of 25.0 MB in 20.0 s (1.0 MB/s)",
            "Uploading churn: 25 of 25 files, 25.0 MB of 25.0 MB in 25.0 s (1.0 MB/s)",
        ] == caplog.messages

    def test_a_second_phase_counts_from_zero(self, caplog):
        """Hashing, then uploading."""
        caplog.set_level(logging.INFO)
        progress = LogProgress(logging.getLogger("test"), clock=lambda: 0.0)
        for label in ("Hashing", "Uploading"):
            progress.start(1, 1, label)
            progress.advance(1, 1)
            progress.finish()
        assert all(": 1 of 1 files, 1 B of 1 B" in message for message in caplog.messages)


def test_a_line_can_be_written_whatever_a_file_is_called(caplog):
    """A name may hold what no terminal and no encoding bears."""
    caplog.set_level(logging.INFO)
    progress = LogProgress(logging.getLogger("test"))
    progress.start(1, 1, "Hashing a\udcffb\x1b[2J" + "c" * 10_000)
    progress.finish()
    assert caplog.messages[0].startswith("Hashing a\\udcffb\\x1b[2Jccc")
    assert len(caplog.messages[0]) < 400


def test_counts_are_right_from_many_threads():
    """Workers report as they go."""
    progress = Counter()
    progress.start(4000, 4000, "Hashing")

    def work() -> None:
        for _ in range(1000):
            progress.advance(1, 1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (progress.files_done, progress.bytes_done) == (4000, 4000)


def test_the_bar_ends_with_everything_done(monkeypatch):
    """What a person sees last."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    progress = BarProgress()
    progress.start(2, 2000, "Uploading churn")
    progress.advance(2, 2000)
    progress.finish()
    assert "2/2 files" in stderr.getvalue()


def test_a_bar_names_a_file_as_it_is_called(monkeypatch):
    """A name in brackets is no markup."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    progress = BarProgress()
    progress.start(1, 1, "Hashing [/model]")
    progress.finish()
    assert "Hashing [/model]" in stderr.getvalue()


@pytest.mark.parametrize(("terminal", "kind"), [(True, BarProgress), (False, LogProgress)])
def test_a_bar_is_only_for_a_terminal(monkeypatch, terminal, kind):
    """A task's log is none."""
    stderr = io.StringIO()
    monkeypatch.setattr(stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stderr", stderr)
    assert isinstance(default_progress(), kind)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (3.4e9, "3.4 GB"), (1e15, "1.0 PB"), (1e19, "10000.0 PB")],
)
def test_bytes_are_written_for_people(count, text):
    """In powers of a thousand."""
    assert text == format_bytes(count)
