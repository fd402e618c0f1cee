"""Reading webhooks: what may be said, and everything that is wrong at once."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from airflow_provider_registry.errors import InvalidWebhookError
from airflow_provider_registry.event_types import KINDS
from airflow_provider_registry.registry.policy_files.schema import policy_file_schema
from airflow_provider_registry.registry.webhooks.read_webhooks import MOST, read_webhooks

AUDIT = {"name": "audit", "url": "https://hooks.example.com/registry", "secret": "signing"}


def problems(*given):
    """What is wrong, by path."""
    with pytest.raises(InvalidWebhookError) as caught:
        read_webhooks(list(given))
    return dict(caught.value.violations)


class TestTaken:
    def test_what_has_its_default_is_left_out_and_lists_are_sorted(self):
        given = {**AUDIT, "events": ["version.passed", "alias.promoted"], "aliases": None, "allow_http": False}
        (webhook,) = read_webhooks([given])
        assert webhook.as_mapping() == {**AUDIT, "events": ["alias.promoted", "version.passed"]}

    @pytest.mark.parametrize(
        "url",
        [
            "https://hooks.example.com:8443/a?b=c",
            "http://localhost:8080/",
            "http://127.0.0.1/",
            "http://127.8.8.8",
            "http://[::1]:9/x",
        ],
    )
    def test_https_anywhere_and_http_on_this_machine(self, url):
        assert read_webhooks([{**AUDIT, "url": url}])[0].url == url

    def test_http_elsewhere_where_it_is_said(self):
        url = "http://audit.svc.cluster.local/"
        assert read_webhooks([{**AUDIT, "url": url, "allow_http": True}])[0].allow_http


class TestRefused:
    @pytest.mark.parametrize(
        ("url", "why"),
        [
            ("http://hooks.example.com/", "plain http"),
            ("http://localhost.example.com/", "plain http"),
            ("http://10.0.0.1/", "plain http"),
            ("ftp://hooks.example.com/", "a URL with a host"),
            ("https://", "a URL with a host"),
            ("https://[::1/", "a URL with a host"),
            ("https://host:port/", "a URL with a host"),
            ("https://user:hunter2@host/", "holds a user or a password"),
            ("https://host/#here", "holds a '#'"),
            ("https://host/ and", "printable ASCII"),
            ("https://höst/", "printable ASCII"),
            ("https://host/" + "x" * 2000, "printable ASCII"),
            ("", "printable ASCII"),
            (None, "printable ASCII"),
            (7, "printable ASCII"),
        ],
    )
    def test_a_url_and_it_is_not_shown(self, url, why):
        found = problems({**AUDIT, "url": url})
        assert list(found) == ["$[0].url"]
        assert why in found["$[0].url"]
        assert "hunter2" not in str(found)

    @pytest.mark.parametrize("secret", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "hunter2 ", ["hunter2"], "", None])
    def test_the_secret_itself_and_it_is_not_shown(self, secret):
        found = problems({**AUDIT, "secret": secret})
        assert list(found) == ["$[0].secret"]
        assert not [word for word in ("hunter2", "MfKQ") if word in str(found)]

    def test_all_at_once(self):
        wrong = {"name": "-", "url": "x", "secret": "a b", "events": ["alias.promted"], "aliases": [], "event": 1}
        assert list(problems(wrong)) == [
            "$[0]",
            "$[0].name",
            "$[0].url",
            "$[0].secret",
            "$[0].events[0]",
            "$[0].aliases",
        ]

    def test_a_kind_of_event_that_is_none_says_which_was_meant(self):
        found = problems({**AUDIT, "events": ["alias.promted"]})
        assert found["$[0].events[0]"] == "'alias.promted' is no kind of event; did you mean 'alias.promoted'?"
        assert "they are model.created, " in problems({**AUDIT, "events": [7]})["$[0].events[0]"]

    def test_a_name_twice(self):
        found = problems(AUDIT, {**AUDIT, "name": "Audit"})
        assert found == {"$[1].name": "'Audit' is the name of [0] too: regardless of case, once"}

    @pytest.mark.parametrize("given", [None, "audit", AUDIT, 7])
    def test_what_is_no_list(self, given):
        with pytest.raises(InvalidWebhookError, match="must be a list of webhooks"):
            read_webhooks(given)

    def test_what_is_no_webhook_or_too_many(self):
        assert problems("https://x") == {"$[0]": "must be a mapping with name, url and secret"}
        assert list(problems(*[AUDIT] * (MOST + 1))) == ["$"]


class TestSchema:
    """The JSON Schema and the reader agree, but for what only the reader can know."""

    def refuses(self, webhook):
        schema = policy_file_schema()
        return not Draft202012Validator(schema).is_valid({"models": {"churn": {"webhooks": [webhook]}}})

    def test_it_knows_every_kind_of_event(self):
        assert policy_file_schema()["$defs"]["webhook"]["properties"]["events"]["items"]["enum"] == list(KINDS)

    def test_it_takes_what_the_reader_takes(self):
        full = {**AUDIT, "events": list(KINDS), "aliases": ["production"], "allow_http": True}
        assert not self.refuses(json.loads(json.dumps(full)))
        assert not self.refuses(AUDIT)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": "-"},
            {"name": None},
            {"url": "ftp://x"},
            {"url": "https://a b"},
            {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
            {"secret": "a b"},
            {"events": []},
            {"events": ["alias.promted"]},
            {"aliases": []},
            {"aliases": ["a b"]},
            {"allow_http": "yes"},
            {"more": 1},
        ],
        ids=str,
    )
    def test_it_refuses_what_the_reader_refuses(self, wrong):
        assert self.refuses({**AUDIT, **wrong})
        assert problems({**AUDIT, **wrong})
