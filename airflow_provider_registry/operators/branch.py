"""Decides between the version that is live and one that is used beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.branch import BranchMixIn

from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.operators.outputs import push_outputs

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class BranchOnGateOperator(ModelRegistryOperator, BranchMixIn):
    """Compares a challenger with the champion by what both measured in the same windows, and goes on one of three ways.

    - `promote`: every gate passed.
    - `stop`: a gate failed.
    - `keep`: it is too early to say: they have too few windows in common, or a gate cannot be answered.

    Nothing is written: what promotes is the task that follows.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        champion, challenger: the two versions, each in any form that names one (templated); usually references, such as
            `models:/churn@production` and `models:/churn@challenger`.
        gates: metric gates in the words of a policy, of phase production without saying so; the champion is the
            baseline (templated).
        promote, keep, stop: the task, or the task group, that each decision leads to; None for none.
        windows: that both must have been measured in before anything is decided.
        model_name: the model; needed only where a version is a bare number (templated).

    Returns:
        model_name, champion, challenger, decision, reason, windows and the gates' results.
    """

    inherits_from_skipmixin = True
    template_fields: Sequence[str] = (
        *ModelRegistryOperator.template_fields,
        "champion",
        "challenger",
        "gates",
        "windows",
        "model_name",
    )

    def __init__(
        self,
        *,
        champion: Any,
        challenger: Any,
        gates: Sequence[Mapping[str, Any]],
        promote: str | Sequence[str] | None = None,
        keep: str | Sequence[str] | None = None,
        stop: str | Sequence[str] | None = None,
        windows: int = 1,
        model_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.champion = champion
        self.challenger = challenger
        self.gates = gates
        self.promote = promote
        self.keep = keep
        self.stop = stop
        self.windows = windows
        self.model_name = model_name

    def execute(self, context: Context) -> dict[str, Any]:
        """Decide, and skip the ways not taken."""
        with airflow_answers(), self.hook.get_conn() as registry:
            found = self.act(registry, context)
        # Airflow ends the task where it skips others, so what it returns goes first.
        push_outputs(self, context, found)
        self.do_branch(context, {"promote": self.promote, "keep": self.keep, "stop": self.stop}[found["decision"]])
        return found

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Compare the two."""
        _, champion = read_named(self.model_name, self.champion, None)
        _, challenger = read_named(self.model_name, self.challenger, None)
        contest = registry.contest(
            champion, challenger, self.gates, windows=int(self.windows), model_name=self.model_name
        )
        for result in contest.results:
            self.log.info("%-8s %s: %s", result.verdict.value, result.gate, result.reason)
        self.log.info("%s", contest.sentence())
        return contest.as_mapping()
