"""The store on a local or shared disk: copied into a temporary folder, synced, and renamed when all is right."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from airflow_provider_registry.artifacts.files import sync, tree_of, write_atomically
from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.artifacts.local_marks import LocalMarks
from airflow_provider_registry.artifacts.local_removal import put_back, take_out
from airflow_provider_registry.artifacts.local_tree import fill, remove, stands, sync_folders, sync_tree, take
from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.ownership import Ownership
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.progress import Counter, Progress
from airflow_provider_registry.artifacts.removal import RemovalRight
from airflow_provider_registry.artifacts.source import CHANGED, LocalSource, Source
from airflow_provider_registry.artifacts.staged import StagedSource, tree_in
from airflow_provider_registry.artifacts.store import (
    MANIFEST_SUFFIX,
    NOBODY_ELSE,
    ArtifactStore,
    StoredArtifact,
    artifact_path,
)

_TEMPORARY = ".tmp-"
_NAME = re.compile(rf"([0-9a-f]{{64}})(?:{re.escape(MANIFEST_SUFFIX)})?|{re.escape(_TEMPORARY)}([0-9a-f]{{64}})-.*")
_MODEL_PART = re.compile(r"[A-Za-z0-9]")


class LocalStore(ArtifactStore):
    """Artifacts in a folder of this host, or of a disk that hosts share.

    Needs of the file system that a rename is atomic, as POSIX says. Temporary folders lie beside the artifacts
    (`<model>/.tmp-<digest>-<random>`), so that the rename stays on one file system.

    Parameters:
        folder: the root, absolute; made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder.as_uri().removesuffix("/")

    def stage(self, source: LocalSource, model_name: str, progress: Progress | None = None) -> StagedSource:
        """Digest the source, and copy it here in the same pass: see `ArtifactStore.stage`.

        The copy is in a temporary folder as `put` makes it, of a digest that no artifact has: what a killed process
        leaves of it is removed as what any other write leaves.
        """
        folder = _temporary(self.folder / artifact_path(model_name, secrets.token_hex(32)))
        shown = progress or Counter()
        shown.start(len(source.files), source.size, f"Hashing and copying {source.path.name}")
        try:
            files = take(tree_in(folder), source, source.files, source.folders, shown)
            return StagedSource(source, Manifest(tuple(files), source.folders), folder)
        except OSError:
            # The disk is full, say. These bytes may be stored already: `put` knows, and says what is wrong if not.
            shutil.rmtree(folder, ignore_errors=True)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            shown.finish()
        return super().stage(source, model_name, progress)

    def put(self, source: Source, manifest: Manifest, model_name: str, progress: Progress | None = None) -> str:
        """Store the artifact: see `ArtifactStore.put`. What is there already is read and compared, not trusted."""
        final = self.folder / artifact_path(model_name, manifest.digest)
        shown = progress or Counter()
        shown.start(manifest.file_count, manifest.size, f"Storing {model_name}")
        with local_errors(str(final)):
            temporary = _temporary(final)
            temporary.mkdir(parents=True)
            try:
                self._place(source, manifest, final, temporary, shown)
                _write_manifest(manifest, final, temporary)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
                shown.finish()
        return self.uri(model_name, manifest.digest)

    def has(self, model_name: str, manifest: Manifest) -> bool:
        """Whether the artifact is there: see `ArtifactStore.has`."""
        final = self.folder / artifact_path(model_name, manifest.digest)
        with local_errors(str(final)):
            try:
                if _manifest_of(final).read_bytes() != manifest.to_bytes():
                    return False
                return all((final / file.path).lstat().st_size == file.size for file in manifest.files)
            except (FileNotFoundError, NotADirectoryError):
                return False

    def is_same_place(self, model_name: str, other: str, digest: str) -> bool:
        """Whether two names lead to one folder, on a disk that does not know case or by a symlink, say."""
        one, two = (self.folder / artifact_path(name, digest) for name in (model_name, other))
        try:
            return one == two or one.parent.samefile(two.parent) or one.samefile(two)
        except FileNotFoundError:
            return False  # one place cannot be there and not there
        except OSError:
            return True

    def delete(self, model_name: str, digest: str, right: RemovalRight = NOBODY_ELSE) -> int:
        """Remove the artifact and its leftovers: see `ArtifactStore.delete`.

        Under the right, all of it is renamed to where nobody's path leads, and only there is it emptied: whatever
        stands in its place afterwards is somebody else's and is left alone. Where the right turns out to have ended
        while that was done, everything comes back.
        """
        final = self.folder / artifact_path(model_name, digest)
        trash = _temporary(final)
        with local_errors(str(final)):
            if not final.parent.is_dir():
                return 0
            gone = partial(_leftovers, final.parent, digest)
            try:
                right.run(partial(take_out, [_manifest_of(final), final], gone, trash))
            except BaseException:
                put_back([final, _manifest_of(final)], trash)
                raise
            return remove(trash)

    def artifacts(self) -> Iterator[StoredArtifact]:
        """Everything that is, or was to become, an artifact: see `ArtifactStore.artifacts`."""
        with local_errors(str(self.folder)):
            for folder, digest, paths in self._found(self.folder):
                found = [entry for path in paths for entry in tree_of(path)]
                if found:
                    yield StoredArtifact(
                        model_name=folder.relative_to(self.folder).as_posix(),
                        digest=digest,
                        modified=_utc(max(info.st_mtime for _, info in found)),
                        size=sum(info.st_size for path, info in found if not path.is_dir()),
                        complete=_manifest_of(folder / digest) in paths,
                    )

    def sweep(self, before: datetime) -> int:
        """Remove the temporary folders of killed writes: see `ArtifactStore.sweep`."""
        with local_errors(str(self.folder)):
            leftovers = [path for folder, digest, _ in self._found(self.folder) for path in _leftovers(folder, digest)]
            old = [path for path in leftovers if _modified(path) < before]
            # Renamed first: a writer that wakes up now finds its folder gone, and not half of what it wrote there.
            trash = [path.with_name(f"{path.name}-{secrets.token_hex(4)}") for path in old]
            for path, aside in zip(old, trash, strict=True):
                with contextlib.suppress(FileNotFoundError):
                    path.rename(aside)
            return sum(map(remove, trash))

    def _ownership(self) -> Ownership:
        return Ownership(self.root, LocalMarks(self.folder))

    def _place(self, source: Source, manifest: Manifest, final: Path, temporary: Path, progress: Progress) -> None:
        """Bring the right bytes under the final name, whoever else is doing the same."""
        if not final.exists():
            if not _move_staged(source, manifest, temporary / "new", progress):
                fill(temporary / "new", source, manifest.files, manifest.folders, progress, CHANGED)
            try:
                (temporary / "new").rename(final)
            except OSError:
                if not final.exists():  # else the same bytes were registered meanwhile: look at them below
                    raise
            else:
                self._sync_up(final.parent)
                return
        self._repair(source, manifest, final, temporary, progress)

    def _repair(self, source: Source, manifest: Manifest, final: Path, temporary: Path, progress: Progress) -> None:
        """Replace the files that are missing or wrong, one by one, so that the right ones never go away."""
        right = in_parallel(partial(stands, final), manifest.files)
        wrong = [file for file, good in zip(manifest.files, right, strict=True) if not good]
        progress.advance(len(right) - len(wrong), manifest.size - sum(file.size for file in wrong))
        fill(temporary / "repair", source, wrong, (), progress, CHANGED)
        for folder in [*manifest.folders, *(str(Path(file.path).parent) for file in wrong)]:
            (final / folder).mkdir(parents=True, exist_ok=True)
        for file in wrong:
            (temporary / "repair" / file.path).replace(final / file.path)
        if wrong:
            sync_folders(final)

    def _sync_up(self, folder: Path) -> None:
        """Also the entries that lead to the artifact must be on the disk, up to the root's own."""
        while folder.is_relative_to(self.folder):
            sync(folder)
            folder = folder.parent

    def _found(self, folder: Path) -> Iterator[tuple[Path, str, list[Path]]]:
        """Each model's folder, with a digest in it and everything of that digest."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        found: dict[str, list[Path]] = defaultdict(list)
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and folder != self.folder:
                found[match[1] or match[2]].append(Path(entry.path))
            elif _MODEL_PART.match(entry.name) and entry.is_dir(follow_symlinks=False):
                yield from self._found(Path(entry.path))
        for digest, paths in found.items():
            yield folder, digest, paths


def _manifest_of(final: Path) -> Path:
    return final.with_name(final.name + MANIFEST_SUFFIX)


def _temporary(final: Path) -> Path:
    """A free name beside the artifact; `_NAME` finds it again."""
    return final.with_name(f"{_TEMPORARY}{final.name}-{secrets.token_hex(8)}")


def _move_staged(source: Source, manifest: Manifest, new: Path, progress: Progress) -> bool:
    """Whether there was a copy that could be moved; it then is on the disk.

    It is moved before that is waited for: where it was nobody guards it, here the lease of whoever puts it does.
    """
    if not isinstance(source, StagedSource) or source.tree is None or source.manifest != manifest:
        return False
    try:
        source.tree.rename(new)
    except OSError:  # it was removed, or moved by an earlier put
        return False
    source.close()  # what is left is empty, and gc would find it
    sync_tree(new, manifest.files)
    progress.advance(manifest.file_count, manifest.size)
    return True


def _write_manifest(manifest: Manifest, final: Path, temporary: Path) -> None:
    path = _manifest_of(final)
    if not (path.is_file() and path.read_bytes() == manifest.to_bytes()):
        write_atomically(path, manifest.to_bytes(), temporary / "manifest")


def _leftovers(folder: Path, digest: str) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.name.startswith(f"{_TEMPORARY}{digest}-")]
    except FileNotFoundError:
        return []


def _modified(path: Path) -> datetime:
    return _utc(max((info.st_mtime for _, info in tree_of(path)), default=0.0))


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
