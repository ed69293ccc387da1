"""Two workers, each a process of its own, joined over loopback by TF_CONFIG."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from tfgan_metric.trainers.runs.folder import RunFolder

WORKER = """
import os, signal, sys
from tfgan_metric.start import start_tensorflow
start_tensorflow()
from tfgan_metric.trainers.runs.distribution import choose_strategy
strategy = choose_strategy()
import hashlib
import keras
import numpy as np
from tfgan_metric.models import Checkpoint, build_model

folder, killed_after = sys.argv[1], int(sys.argv[2])

class Die(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == killed_after:
            os.kill(os.getpid(), signal.SIGKILL)

keras.utils.set_random_seed(1)
images = np.random.default_rng(0).uniform(-1, 1, (16, 28, 28, 1)).astype(np.float32)
labels = np.arange(16, dtype=np.int32) % 4
with strategy.scope():
    model = build_model("dmgan", (28, 28, 1), 4, width=1 / 32, latent_dimension=8, feature_dimension=16)
callbacks = [Checkpoint(folder), Die()]
history = model.fit(images, labels, batch_size=8, epochs=4, callbacks=callbacks, verbose=0)
weights = b"".join(weight.tobytes() for weight in model.get_weights())
print(hashlib.sha256(weights).hexdigest(), strategy.num_replicas_in_sync, history.history)
"""


RECIPE = """
import sys
from tfgan_metric.start import start_tensorflow
start_tensorflow()
from tfgan_metric.trainers import load_recipe, train_recipe
fields = {"steps": 4, "batch_size": 16, "width": 1 / 32, "latent_dimension": 8, "feature_dimension": 16}
evaluations = {"evaluate_every": 2, "evaluate_images": 50}
train_recipe(load_recipe("wadmgan_embedded").with_fields(fields | evaluations), sys.argv[1])
"""


def run_pair(folder, killed_after=0, code=WORKER):
    """Runs both workers; the exit codes and the last line of each one's output."""
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    workers = []
    for index in range(2):
        cluster = {"cluster": {"worker": [f"127.0.0.1:{port}" for port in ports]}}
        environment = os.environ | {"TF_CONFIG": json.dumps(cluster | {"task": {"type": "worker", "index": index}})}
        command = [sys.executable, "-c", code, str(folder), str(killed_after)]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        workers.append(subprocess.Popen(command, env=environment, **output))
    outputs = [worker.communicate(timeout=300) for worker in workers]
    codes = [worker.returncode for worker in workers]
    if not killed_after:
        assert codes == [0, 0], outputs[0][1][-2000:] + outputs[1][1][-2000:]
    return codes, [output.splitlines()[-1] if output else "" for output, _ in outputs]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The line that both workers print: their weights' hash, the replicas and the history."""
    folder = tmp_path_factory.mktemp("pair") / "checkpoints"
    _, lines = run_pair(folder)
    return folder, lines


def test_both_workers_hold_the_same_weights_and_the_chief_alone_writes(uninterrupted):
    folder, (chief, worker) = uninterrupted
    assert chief == worker and chief.split()[1] == "2"
    names = [f"step_{step:08d}.{kind}" for step in (6, 8) for kind in ("json", "keras")]
    assert sorted(path.name for path in folder.iterdir()) == names


@pytest.mark.full
def test_a_killed_pair_goes_on_from_the_checkpoint(uninterrupted, tmp_path):
    _, lines = uninterrupted
    codes, _ = run_pair(tmp_path / "checkpoints", killed_after=2)
    assert -signal.SIGKILL in codes and 0 not in codes
    assert (tmp_path / "checkpoints" / "step_00000004.keras").exists()
    _, continued = run_pair(tmp_path / "checkpoints")
    assert continued == lines


@pytest.mark.full
def test_a_pair_trains_a_recipe_that_evaluates(tmp_path):
    """The chief alone evaluates, by a classifier whose weights both have made; the worker waits for the next step."""
    run = RunFolder(tmp_path / "run")
    run_pair(run.path, code=RECIPE)
    assert [row["step"] for row in run.evaluations()] == [2, 4]
    assert run.model_file.exists() and run.generator_folder.exists()
