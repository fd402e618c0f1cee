"""What Airflow discovers of this package: every `airflow` process calls this, so it imports nothing heavy."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry import __version__

_PACKAGE = "airflow_provider_registry"
_NAME = "Model Registry"


def get_provider_info() -> dict[str, Any]:
    """The provider's description, in the form of Airflow's `provider_info.schema.json`."""
    return {
        "package-name": "airflow-provider-registry",
        "name": _NAME,
        "description": "Registers, validates, approves, promotes and rolls back machine-learning model versions as "
        "Dag tasks.",
        "versions": [__version__],
        "integrations": [
            {"integration-name": _NAME, "external-doc-url": "https://pypi.org/project/airflow-provider-registry/",
             "tags": ["ml"]}
        ],
        "connection-types": [_connection_type()],
        "config": {"model_registry": _configuration()},
        "task-decorators": [
            {"name": "model_version", "class-name": f"{_PACKAGE}.decorators.model_version.model_version_task"},
            {"name": "model_gate", "class-name": f"{_PACKAGE}.decorators.model_gate.model_gate_task"},
        ],
        "operators": [
            _modules(
                "operators",
                *("register", "scan", "validate", "approve", "promote", "rollback", "download", "review", "retention"),
                *("metrics", "branch", "feedback", "deployment", "route"),
            )
        ],
        "sensors": [_modules("sensors", "alias", "approval", "metric", "deployment")],
        "triggers": [_modules("triggers", "alias", "request", "approval", "review", "record", "metric", "deployment")],
        "notifications": [
            f"{_PACKAGE}.notifications.model_registry.ModelRegistryNotifier",
            f"{_PACKAGE}.notifications.webhook.WebhookNotifier",
        ],
        "extra-links": [
            f"{_PACKAGE}.operators.links.{name}"
            for name in ("ModelVersionLink", "PromotionRequestLink", "RequiredActionsLink")
        ],
        "asset-uris": [
            {
                "schemes": ["model-registry"],
                "handler": f"{_PACKAGE}.assets.uris.sanitize_uri",
                "factory": f"{_PACKAGE}.assets.model.create_asset",
                "to_openlineage_converter": f"{_PACKAGE}.assets.lineage.to_openlineage",
            }
        ],
        "hooks": [_modules("hooks", "model_registry")],
        "cli": [f"{_PACKAGE}.cli.definition.get_cli_commands"],
    }  # fmt: skip


def _modules(folder: str, *names: str) -> dict[str, Any]:
    return {"integration-name": _NAME, "python-modules": [f"{_PACKAGE}.{folder}.{name}" for name in names]}


def _connection_type() -> dict[str, Any]:
    return {
        "connection-type": "model_registry",
        "hook-class-name": f"{_PACKAGE}.hooks.model_registry.ModelRegistryHook",
        "hook-name": _NAME,
        "ui-field-behaviour": {
            "hidden-fields": [],
            "relabeling": {"host": "Database URL, or host", "schema": "Database"},
            "placeholders": {
                "host": "postgresql+psycopg://host:5432/database",
                "login": "user; fills in what the URL lacks",
                "password": "kept encrypted, unlike one inside the URL",
                "schema": "database, where the host is no URL",
            },
        },
        "conn-fields": {
            "artifact_root": {
                "label": "Artifact root",
                "description": "Where the bytes go: s3://bucket/prefix, or a folder that every worker sees.",
                "schema": {"type": ["string", "null"], "default": None},
            },
            "aws_conn_id": {
                "label": "AWS connection",
                "description": "The AWS connection for the artifact root (needs the extra amazon); "
                "without one, boto3 finds its own credentials.",
                "schema": {"type": ["string", "null"], "default": None},
            },
            "drivername": {
                "label": "Driver",
                "description": "SQLAlchemy's name of the driver, where the host is no URL.",
                "schema": {"type": ["string", "null"], "default": "postgresql+psycopg"},
            },
        },
    }


def _configuration() -> dict[str, Any]:
    return {
        "description": "How this Airflow uses its model registries.",
        "options": {
            "instance_id": _option(
                "string",
                "airflow",
                "The name of this Airflow, in the keys by which repeated tasks are recognised, and in the record. Two "
                "Airflows that share a registry need different ones. Once versions are registered, leave it as it is.",
                example="team-growth-prod",
            ),
            "auto_create": _option(
                "boolean", "True", "Whether a registration creates the model that it names.", example="False"
            ),
            "embedded": _option(
                "boolean",
                "False",
                "Whether there is an embedded registry (SQLite and a folder under AIRFLOW_HOME) where the connection "
                "model_registry_default is missing. For one machine; refused in Kubernetes.",
                example="True",
            ),
            "poll_interval": _option(
                "float",
                "1",
                "Seconds between two looks at a registry for all that waits for it in one triggerer. A sensor's "
                "poke_interval and an operator's poll_interval go before it.",
                example="30",
            ),
            "ui_connections": _option(
                "string",
                "model_registry_default",
                "The connections whose registries the Models page and the REST API show, separated by commas.",
                example="model_registry_default,model_registry_risk",
            ),
            "authorization": _option(
                "string",
                "asset",
                "By which rights Airflow's auth manager lets users of the REST API in: `asset`, who may see assets "
                "reads and who may change them writes; or `custom_view`, rights of the registry's own, which an "
                "administrator grants. The simple auth manager has no such rights.",
                example="custom_view",
            ),
            "search_timeout": _option(
                "float",
                "30",
                "Seconds that a statement of a search may take before the database stops it. What an index serves "
                "takes milliseconds; the page on searching says what none does.",
                example="300",
            ),
        },
    }


def _option(type: str, default: str, description: str, *, example: str) -> dict[str, Any]:
    return {
        "description": description,
        "version_added": "0.1.0",
        "type": type,
        "example": example,
        "default": default,
    }
