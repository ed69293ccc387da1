"""A run's folder: one process at a time, one recipe, and a record of where and how it ran."""

import contextlib
import datetime
import hashlib
import json
import os
import pathlib
import platform
import shlex
import shutil
import sys
import time
from importlib import metadata

import filelock
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.evaluation.extractor import fingerprint
from tfgan_metric.files import UNFINISHED, replacing
from tfgan_metric.trainers.recipe import load_recipe

RECIPE_FILE, DATA_FILE, ENVIRONMENT_FILE, LOCK_FILE = "recipe.json", "data.json", "environment.json", ".lock"
PACKAGES = ("tfgan-metric", "tensorflow", "keras", "numpy")
MAY_DIFFER = ("source",)


@contextlib.contextmanager
def locked(out):
    """Holds a folder, made where it is missing; one that no run was begun in is left as it was or, empty, removed.

    Raises:
        InputError: another process holds it, or it cannot be written to.
    """
    lock = filelock.FileLock(out / LOCK_FILE)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise InputError(f"another process trains in {out}: wait for it or choose another --out") from error
    except OSError as error:
        raise InputError(f"cannot write to {out}: {error.strerror}; choose another --out") from error
    try:
        yield
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            if not (out / RECIPE_FILE).exists():
                (out / LOCK_FILE).unlink()
                out.rmdir()


def refuse_other_content(out, recipe):
    """Raises `InputError` where a folder holds neither nothing nor a run of the recipe with at most as many steps."""
    if not out.exists():
        return
    try:
        content = [path for path in out.iterdir() if not path.name.startswith((UNFINISHED, LOCK_FILE))]
    except OSError as error:
        raise InputError(f"cannot use {out}: {error.strerror}; choose another --out") from error
    if not content:
        return
    if not (out / RECIPE_FILE).exists():
        raise InputError(f"{out} is not empty and holds no run; choose another --out")
    old, new = load_recipe(str(out / RECIPE_FILE)).as_fields(), recipe.as_fields()
    differing = sorted(name for name in old | new if name not in MAY_DIFFER and old.get(name) != new.get(name))
    if differing and not (differing == ["steps"] and new["steps"] > old["steps"]):
        changes = ", ".join(f"{name} {old.get(name)!r} -> {new.get(name)!r}" for name in differing)
        raise InputError(f"{out} holds a run of another recipe ({changes}): choose another --out; only steps may grow")


def refuse_changed_data(out, split):
    """Raises `InputError` where a run was begun on other images or labels than these."""
    path = out / DATA_FILE
    if not path.exists():
        return
    before, now = json.loads(path.read_text(encoding="utf-8")), _description(split)
    if before != now:
        raise InputError(
            f"the data have changed since {out} was begun: expected {before['images']} images, SHA-256 "
            f"{before['sha256'][:12]}…; got {now['images']}, {now['sha256'][:12]}…: restore them, or choose another "
            "--out"
        )


def _description(split):
    labels = "" if split.labels is None else fingerprint(split.labels)
    digest = hashlib.sha256((fingerprint(split.pixels) + labels).encode()).hexdigest()
    return {"images": len(split), "shape": list(split.shape), "sha256": digest}


def claim(out, recipe, split):
    """Writes recipe.json and data.json and removes what a killed process left unfinished."""
    for unfinished in out.rglob(f"{UNFINISHED}*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    _write(out / DATA_FILE, _description(split))
    _write(out / RECIPE_FILE, recipe.as_fields())


@contextlib.contextmanager
def recorded(out, model, notes):
    """Adds an entry for this start of a run to environment.json, and when the block ends, however, its last step.

    The entry has when, from which step, the command, versions, hardware, the strategy's replicas, and at the end the
    seconds that it took.

    Args:
        out: the run's folder.
        model: that is trained.
        notes: what else to record, a dict.
    """
    path, began = out / ENVIRONMENT_FILE, time.monotonic()
    starts = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    starts.append({"first_step": model.steps_trained} | _environment() | notes)
    _write(path, starts)
    try:
        yield
    finally:
        starts[-1] |= {"last_step": model.steps_trained, "seconds": round(time.monotonic() - began, 1)}
        _write(path, starts)


def _environment():
    return {
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": shlex.join([pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]),
        "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "gpus": [
            tf.config.experimental.get_device_details(device).get("device_name", device.name)
            for device in tf.config.list_physical_devices("GPU")
        ],
        "replicas": tf.distribute.get_strategy().num_replicas_in_sync,
    }


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _write(path, content):
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
