"""What a task did, told by any other notifier."""

from __future__ import annotations

from airflow.sdk import BaseNotifier, task

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.notifications.model_registry import ModelRegistryNotifier
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from tests.support.tasks import Run, a_dag


class Heard(BaseNotifier):
    """Keeps what it is to tell, as it is once it was rendered."""

    template_fields = ("text",)

    def __init__(self, text: str, into: list[str]) -> None:
        super().__init__()
        self.text, self.into = text, into

    def notify(self, context):
        self.into.append(self.text)


def promote(*callbacks, version=2, **more):
    with a_dag():
        given = {"model_name": "churn", "version": version, "alias": "production", **more}
        return PromoteModelVersionOperator(
            task_id="promote", reason="secret reason", on_success_callback=list(callbacks), **given
        )


def test_it_tells_what_the_tasks_act_did(registry):
    heard: list[str] = []
    Run().task(promote(ModelRegistryNotifier(lambda text: Heard(text, heard))), callbacks=True)
    assert heard == ["churn: promoted version 2 to production in place of version 1."]


def test_a_retried_task_tells_what_its_earlier_try_did(registry):
    heard: list[str] = []
    run, told = Run(), promote(ModelRegistryNotifier(lambda text: Heard(text, heard)))
    run.task(told)
    run.task(told, try_number=2, callbacks=True)
    assert len(heard) == 1
    assert "version 2 to production" in heard[0]


def test_the_model_may_be_what_the_task_returned_or_said(registry):
    heard: list[str] = []
    notifier = ModelRegistryNotifier(lambda text: Heard(text, heard))
    named = {"version": "models:/churn/2", "model_name": None}
    Run().task(promote(notifier, **named), callbacks=True)
    said = ModelRegistryNotifier(lambda text: Heard(text, heard), model_name="{{ 'ch' ~ 'urn' }}")
    with a_dag():

        @task(on_success_callback=said)
        def tag():
            with ModelRegistryHook().get_conn() as acting:
                acting.set_tag("models:/churn/1", "{{ 1 + 1 }}{% raw", "x")

        tagging = tag()
    Run().task(tagging, callbacks=True)
    assert heard == [
        "churn: promoted version 2 to production in place of version 1.",
        "churn: tagged version 1 with { { 1 + 1 }}{ % raw.",
    ]


def test_where_the_task_did_nothing_nobody_is_told(registry):
    heard: list[str] = []
    notifier = ModelRegistryNotifier(lambda text: Heard(text, heard))
    with a_dag():

        @task(on_success_callback=notifier)
        def idle():
            return {"model_name": "churn"}

        nothing = idle()
    assert Run().task(nothing, callbacks=True).state == "success"
    assert heard == []
