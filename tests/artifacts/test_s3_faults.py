"""Servers that are slow to learn, or lose the connection: a small one of our own misbehaves on purpose."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.artifacts import s3_ahead
from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.removal import NobodyElse
from airflow_provider_registry.artifacts.s3_objects import S3Read, delete_objects
from airflow_provider_registry.artifacts.s3_sending import asked_before_sending
from airflow_provider_registry.artifacts.s3_upload import PART, Uploader, in_parts, parts_of
from airflow_provider_registry.errors import DigestMismatchError, LeaseLostError, StorageUnavailableError
from tests.support.swift import S3Access

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

DATA = bytes(range(256)) * 20_000
FILE = ManifestFile("model.pkl", 7, hashlib.sha256(b"weights").hexdigest())


class Handler(BaseHTTPRequestHandler):
    """Gives `DATA` in pieces of a million bytes at most; takes no checksum headers and no batch removal.

    The first `failing` removals fail for the moment.
    """

    etags: ClassVar[list[str]]
    piece: ClassVar[int]
    seen: ClassVar[list[str]]
    failing: ClassVar[int]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Range", ""))
        etag = self.etags.pop(0) if len(self.etags) > 1 else self.etags[0]
        if self.headers.get("If-Match", etag) != etag:
            self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        first, _, last = self.headers.get("Range", "bytes=0-")[6:].partition("-")
        offset, stop = int(first), int(last) + 1 if last else len(DATA)
        self.send_response(206 if "Range" in self.headers else 200)
        self.send_header("Content-Length", str(stop - offset))
        self.send_header("ETag", etag)
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(ConnectionError):  # who has read enough hangs up
            self.wfile.write(DATA[offset : min(stop, offset + self.piece)])

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        knows = not any("checksum" in name.lower() for name in self.headers)
        self.seen.append("plain" if knows else "checksum")
        self.answer(*((200, b"") if knows else (501, b"<Error><Code>NotImplemented</Code></Error>")))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(400, b"<Error><Code>MissingContentMD5</Code></Error>")

    def do_DELETE(self) -> None:
        self.seen.append(self.path)
        self.answer(503 if len(self.seen) <= self.failing else 204, b"")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Many may come at once."""

    request_queue_size = 100


@contextmanager
def serving(etags: list[str], piece: int = 1_000_000, failing: int = 0) -> Iterator[tuple[S3Client, list[str]]]:
    """A client of a server that answers with these ETags in turn, and what the server has seen."""
    from botocore.config import Config

    seen: list[str] = []
    handler = type("Handler", (Handler,), {"etags": etags, "piece": piece, "seen": seen, "failing": failing})
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            import boto3.session

            known = S3Access(f"http://127.0.0.1:{server.server_port}")
            client = boto3.session.Session().client(
                "s3",
                endpoint_url=known.endpoint,
                aws_access_key_id="somebody",
                aws_secret_access_key="something",
                region_name=known.region,
                config=Config(
                    request_checksum_calculation="when_required", retries={"total_max_attempts": 1 + failing}
                ),
            )
            yield client, seen
            client.close()
        finally:
            server.shutdown()


class TestReading:
    def test_a_broken_stream_is_taken_up_where_it_broke(self):
        """A download of hours does not begin again."""
        with serving(['"one"']) as (client, seen):
            assert DATA == b"".join(S3Read(client, "bucket", "key", pause=0).chunks())
        assert ["", *(f"bytes={offset}-" for offset in range(1_000_000, len(DATA), 1_000_000))] == seen

    def test_an_object_that_is_replaced_meanwhile_is_not_mixed(self):
        """Half of one and half of another are neither."""
        with serving(['"one"', '"two"']) as (client, _), pytest.raises(DigestMismatchError, match="was replaced"):
            list(S3Read(client, "bucket", "key", pause=0).chunks())

    def test_a_stream_that_gives_nothing_is_given_up(self):
        """After a few tries without a byte."""
        with (
            serving(['"one"'], piece=0) as (client, seen),
            pytest.raises(StorageUnavailableError, match="broke 5 times"),
        ):
            list(S3Read(client, "bucket", "key", pause=0).chunks())
        assert len(seen) == 5

    @pytest.mark.parametrize("piece", [10_000_000, 300_000])
    def test_a_large_object_comes_in_parts_each_taken_up_where_it_broke(self, monkeypatch, piece):
        """In order, and no part twice."""
        monkeypatch.setattr(s3_ahead, "PART", 1_000_000)
        with serving(['"one"'], piece=piece) as (client, seen):
            assert DATA == b"".join(S3Read(client, "bucket", "key", pause=0).chunks())
        assert len(seen) > len(DATA) // 1_000_000
        assert len(seen) == len(set(seen))

    def test_a_large_object_that_is_replaced_meanwhile_is_not_mixed(self, monkeypatch):
        """Each part asks for the object that the first answer was of."""
        monkeypatch.setattr(s3_ahead, "PART", 1_000_000)
        with (
            serving(['"one"', '"one"', '"one"', '"two"'], piece=10_000_000) as (client, _),
            pytest.raises(DigestMismatchError, match="was replaced"),
        ):
            list(S3Read(client, "bucket", "key", pause=0).chunks())

    def test_large_objects_that_are_given_up_leave_their_room_to_others(self, monkeypatch):
        """Whether by an error or by who reads them; all together have the room of one."""
        monkeypatch.setattr(s3_ahead, "PART", 100_000)
        with serving(['"one"'], piece=10_000_000) as (client, _):
            for _ in range(20):
                with closing(S3Read(client, "bucket", "key", pause=0).chunks()) as stream:
                    assert DATA.startswith(next(stream) + next(stream))
            with ThreadPoolExecutor(10) as pool:
                reads = [S3Read(client, "bucket", "key", pause=0).chunks for _ in range(10)]
                assert {DATA} == set(pool.map(lambda read: b"".join(read()), reads))
        assert _all_free()


def _all_free() -> bool:
    """Whether nobody holds room any more."""
    return s3_ahead._slots._value == s3_ahead._AT_ONCE


def test_a_server_without_checksums_gets_the_bytes_without():
    """It says so once, and is not asked again."""
    with serving(['"one"']) as (client, seen):
        uploader = Uploader(client, "bucket")
        for _ in range(2):
            uploader.upload("key", FILE, lambda: [b"weights"])
    assert ["checksum", "plain", "plain"] == seen


def test_a_server_without_batches_is_asked_for_each():
    """Some demand a checksum that boto3 no longer makes."""
    with serving(['"one"']) as (client, seen):
        delete_objects(client, "bucket", ["a", "b"], NobodyElse().check)
    assert {"/bucket/a", "/bucket/b"} == set(seen)


class TestAsking:
    """A removal whose right ends sends nothing more."""

    def test_each_try_is_asked_for_on_its_own_after_it_was_signed(self):
        """S3 counts from the signature how long it takes a request: the answer must be younger."""
        order: list[str] = []
        with serving(['"one"'], failing=1) as (client, seen):
            client.meta.events.register("before-sign.s3", lambda **_: order.append("signed"))
            delete_objects(client, "bucket", ["a"], lambda: order.append("asked"))
        assert ["/bucket/a", "/bucket/a"] == seen
        assert ["signed", "asked"] * 3 == order  # the batch, which is not taken, and two tries

    def test_what_is_denied_between_two_tries_is_not_sent_again(self):
        """It may be an hour later, and somebody else's."""
        answers = iter([None, None, LeaseLostError("lapsed")])

        def ask() -> None:
            if answer := next(answers):
                raise answer

        with serving(['"one"'], failing=1) as (client, seen), pytest.raises(LeaseLostError, match="lapsed"):
            delete_objects(client, "bucket", ["a"], ask)
        assert ["/bucket/a"] == seen

    def test_requests_of_others_on_the_same_client_are_not_asked_for(self):
        """A registration in another thread removes its claim, say."""

        def never() -> None:
            raise LeaseLostError("lapsed")

        with serving(['"one"']) as (client, seen):
            with asked_before_sending(client, never), ThreadPoolExecutor(1) as other:
                other.submit(client.delete_object, Bucket="bucket", Key="a").result()
            client.delete_object(Bucket="bucket", Key="b")
        assert ["/bucket/a", "/bucket/b"] == seen


@pytest.mark.parametrize(
    ("gigabytes", "mib", "buffered"), [(0, 8, 8), (50, 8, 8), (100, 11, 5), (1000, 106, 2), (5000, 530, 2)]
)
def test_parts_are_never_too_many(gigabytes, mib, buffered):
    """S3 takes ten thousand."""
    size, at_once = parts_of(gigabytes * 10**9, PART)
    assert (mib, buffered) == (size // 1024**2, at_once)
    assert gigabytes * 10**9 / size <= 9001


@given(st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_parts_are_of_one_size_but_for_the_last(chunks, size):
    """However the bytes come."""
    parts = list(in_parts(chunks, size))
    assert b"".join(chunks) == b"".join(parts)
    assert all(len(part) == size for part in parts[:-1])
    assert all(0 < len(part) <= size for part in parts)
