"""Trees of files: made on disk from a mapping, read back into one, and drawn at random."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hypothesis import strategies as st

Tree = Mapping[str, bytes | None]
"""The bytes of each file by its path; `None` for an empty folder."""

NESTED: Tree = {
    "model.pkl": b"weights",
    "a/b/c/deep.bin": b"\x00\x01" * 5000,
    "a/empty.txt": b"",
    "a/hollow": None,
    "hollow": None,
    ".hidden": b"dot",
    "spaces in name.txt": b"1",
    "odd %41 #1 ?x=1 +&'().txt": b"2",
    "blåbær/機械学習/модель.onnx": b"3",
    "e\N{COMBINING ACUTE ACCENT}.txt": b"kept as it is written",
}


def make_tree(folder: Path, tree: Tree) -> Path:
    """Write the tree into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in tree.items():
        target = folder / path
        if data is None:
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    return folder


def read_tree(folder: Path) -> dict[str, bytes | None]:
    """What is in a folder, in the form that `make_tree` takes."""
    tree: dict[str, bytes | None] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            tree[path.relative_to(folder).as_posix()] = path.read_bytes()
        elif not any(path.iterdir()):
            tree[path.relative_to(folder).as_posix()] = None
    return tree


_names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="/\\"), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."})


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes | None]:
    """Any tree that can be an artifact: names of any characters, nested, with empty files and folders among them.

    A number before each name keeps apart what would differ only in case or Unicode form.
    """
    files = draw(
        st.lists(st.tuples(st.lists(_names, max_size=2), _names, st.binary(max_size=200)), min_size=1, max_size=6)
    )
    folders = draw(st.lists(_names, max_size=2))
    tree: dict[str, bytes | None] = {}
    for number, (parents, name, data) in enumerate(files):
        tree["/".join([*(f"{number}{parent}" for parent in parents), f"{number}{name}"])] = data
    tree.update({f"folder{number}{name}": None for number, name in enumerate(folders)})
    return tree
