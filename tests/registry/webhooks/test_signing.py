"""Signatures: as Standard Webhooks has them, and as the example in the documentation verifies them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.webhooks.message import Message
from airflow_provider_registry.registry.webhooks.signing import signed_headers
from docs.examples.webhook_receiver import InvalidSignatureError, verified

AT = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECRETS = st.binary(min_size=24, max_size=64).map(lambda key: f"whsec_{base64.b64encode(key).decode()}")


def test_the_example_of_the_standard():
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/python/tests/test_webhooks.py"""
    message = Message("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
    headers = signed_headers("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message, datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(SECRETS, SECRETS, st.binary(), st.text("abc_123", min_size=1))
def test_who_has_the_secret_verifies_it_and_nobody_else(secret, other, body, id):
    headers = signed_headers(secret, Message(id, body), AT)
    assert verified(secret, headers, body, now=AT.timestamp()) == body
    wrong = [(secret, headers, body + b" "), (secret, {**headers, "webhook-id": id + "x"}, body)]
    wrong += [(other, headers, body)] if other != secret else []
    for each in wrong:
        with pytest.raises(InvalidSignatureError):
            verified(*each, now=AT.timestamp())


@given(SECRETS, SECRETS)
def test_while_one_secret_takes_the_place_of_another_both_verify(old, new):
    headers = signed_headers(f"{new} {old}", Message("evt_1", b"{}"), AT)
    assert verified(old, headers, b"{}", now=AT.timestamp()) == verified(new, headers, b"{}", now=AT.timestamp())


@pytest.mark.parametrize("later", [-301, 301])
def test_an_old_message_is_none(later):
    secret = f"whsec_{base64.b64encode(bytes(24)).decode()}"
    headers = signed_headers(secret, Message("evt_1", b"{}"), AT)
    with pytest.raises(InvalidSignatureError):
        verified(secret, headers, b"{}", now=AT.timestamp() + later)


@pytest.mark.parametrize(
    "secret",
    ["", " ", "hunter2", "whsec_", "whsec_hunter2", f"whsec_{base64.b64encode(bytes(23)).decode()}", "whsec_é", None],
)
def test_what_is_no_secret_is_refused_and_not_shown(secret):
    with pytest.raises(InvalidInputError, match="24 to 64 bytes in Base64") as caught:
        signed_headers(secret, Message("evt_1", b"{}"), AT)
    assert "hunter2" not in str(caught.value)
