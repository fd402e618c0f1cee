"""`versions`: model versions."""

from __future__ import annotations

from airflow.cli.cli_config import Arg, GroupCommand

from airflow_provider_registry.cli.definitions.arguments import (
    ARG_FILE_TO_WRITE,
    ARG_FILTER,
    ARG_KEY,
    ARG_LIMIT,
    ARG_MODEL,
    ARG_MODEL_OPTIONAL,
    ARG_MODEL_OR_REFERENCE,
    ARG_ORDER_BY,
    ARG_REASON,
    ARG_VERSION_OPTIONAL,
    command,
)

_NAMED = (ARG_MODEL_OR_REFERENCE, ARG_VERSION_OPTIONAL)

ARG_SIGNED_BY = Arg(
    ("--signed-by",),
    metavar="WHO",
    help="Who must have signed it: sha256:… or a PEM file of a public key; or JSON with subject and root",
)

_REGISTERED = (
    Arg(("path",), help="File or folder to copy; or s3://… or file:///…, which stays where it is"),
    Arg(("-m", "--metric"), metavar="NAME=VALUE", action="append", help="A metric of phase validation; repeat it"),
    Arg(
        ("--metrics-file",),
        metavar="FILE",
        help="JSON: name to number, or a list with name, value, phase, dataset, slice; - is standard input",
    ),
    Arg(("-p", "--param"), metavar="NAME=VALUE", action="append", help="A parameter of the training; repeat it"),
    Arg(("-t", "--tag"), metavar="NAME=VALUE", action="append", help="A tag; repeat it"),
    Arg(("-i", "--input"), metavar="NAME[=URI]", action="append", help="A dataset it was trained on; repeat it"),
    Arg(("--metadata",), metavar="FILE", help="JSON that the model's schema asks for; - is standard input"),
    Arg(("--description",), help="Free text, Markdown"),
    Arg(("--card",), metavar="FILE", help="Markdown: what people write of it; - is standard input"),
    Arg(("--code-revision",), help="Of the code that made it, such as a Git commit"),
    Arg(
        ("--environment",),
        action="store_true",
        help="Keep the Python environment of this command, where that is the one it was trained in",
    ),
    Arg(("--copy",), action="store_true", help="Copy the bytes also where the path is a URI"),
    ARG_KEY,
)

GROUP = GroupCommand(
    name="versions",
    help="Manage model versions",
    subcommands=(
        command(
            "list",
            "versions.list_versions",
            "List model versions, newest first",
            ARG_MODEL_OPTIONAL,
            ARG_FILTER,
            ARG_ORDER_BY,
            ARG_LIMIT,
        ),
        command("show", "versions.show_version", "Show a model version", *_NAMED),
        command(
            "diff",
            "diff.diff",
            "Show what is different in two versions",
            ARG_MODEL_OR_REFERENCE,
            Arg(("first",), help="Number or @alias of one version; or a second reference, after a first one"),
            Arg(("second",), nargs="?", help="Number or @alias of the other; none after references"),
            Arg(("--all",), action="store_true", help="Also show what is equal"),
            description="Shows metrics, params, inputs, metadata, producer, environment and files of two versions side "
            "by side, where they differ: diff churn 3 5, diff churn @production 5, diff models:/a/1 models:/b/1.",
        ),
        command("register", "versions.register", "Register a new version", ARG_MODEL, *_REGISTERED),
        command(
            "download",
            "versions.download",
            "Bring a version's files here, every one checked",
            *_NAMED,
            Arg(("--to",), metavar="FOLDER", required=True, help="Not there yet, or holding exactly these bytes"),
            ARG_SIGNED_BY,
        ),
        command(
            "scan",
            "evidence.scan",
            "Look for pickles that run code in a version's files, without loading any",
            *_NAMED,
            Arg(("--timeout",), metavar="SECONDS", type=float, default=600.0, help="For looking into the files"),
            ARG_KEY,
        ),
        command("scans", "evidence.scans", "Show what every scan of a version found, newest first", *_NAMED),
        command(
            "sign",
            "evidence.sign",
            "Sign the digests of a version's files",
            *_NAMED,
            Arg(("--private-key",), metavar="FILE", required=True, help="PEM, on the curve P-256, P-384 or P-521"),
            Arg(("--certificate",), metavar="FILE", help="PEM, of the key"),
            Arg(("--chain",), metavar="FILE", help="PEM, of the certificates above it, the root last"),
            Arg(("--password-variable",), metavar="NAME", help="Environment variable with the password of the key"),
            ARG_KEY,
        ),
        command("signatures", "evidence.signatures", "Show every signature of a version, newest first", *_NAMED),
        command(
            "verify-signature",
            "evidence.verify_signature",
            "Verify that a version is signed by whom it must be",
            *_NAMED,
            Arg(
                ("--signed-by",),
                metavar="WHO",
                required=True,
                help='sha256:… or a PEM file of a public key; or JSON: {"subject": "CN=…", "root": "sha256:…"}',
            ),
            Arg(("--to",), metavar="FILE", help="Write the signature there, for model_signing verify"),
        ),
        command(
            "bom",
            "cards.bom",
            "Write the bill of materials of a version: CycloneDX 1.7",
            *_NAMED,
            ARG_FILE_TO_WRITE,
            output=False,
        ),
        command(
            "archive",
            "versions.archive",
            "Archive a version: it stays, but no alias may point at it",
            *_NAMED,
            ARG_REASON,
        ),
        command("restore", "versions.restore", "Take a version back out of the archive", *_NAMED, ARG_REASON),
    ),
)
