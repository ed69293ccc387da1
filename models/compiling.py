"""What `compile` sets: an optimizer for each network, and how the step runs on this machine."""

from typing import Any, TypeAlias

import keras
import tensorflow as tf

from tfgan_metric.errors import InputError
from tfgan_metric.keras_private import layers_within
from tfgan_metric.models.generative import GenerativeModel
from tfgan_metric.models.optimizer_pair import OptimizerPair
from tfgan_metric.models.player import Player
from tfgan_metric.replicas import replica_count

Optimizer: TypeAlias = keras.optimizers.Optimizer | str | dict[str, Any]  # itself, its name or its config


class CompiledModel(GenerativeModel):
    """A generative model with an optimizer for each of its two networks."""

    def compile(
        self,
        generator_optimizer: Optimizer | None = None,
        discriminator_optimizer: Optimizer | None = None,
        jit_compile: bool | str = "auto",
        steps_per_execution: int = 1,
        run_eagerly: bool = False,
        gradient_norms: bool = False,
        **others: Any,
    ) -> None:
        """Sets the optimizers, by default each the paper's; `optimizer` is then the pair of them.

        Args:
            generator_optimizer: a Keras optimizer, its name or config; None for the scheme's default.
            discriminator_optimizer: likewise. A name or config alone, as in `compile("rmsprop")`, is for both.
            jit_compile: True, False, or "auto": only where there is a GPU, for XLA makes convolutions on a CPU slow.
            steps_per_execution: steps in one call of the compiled function.
            run_eagerly: run the step as plain Python, to look into it.
            gradient_norms: also log the Euclidean norm of each network's gradient, as MBGAN, Fig. 6, does.
        Raises:
            InputError: one optimizer for both, what Keras cannot do on several replicas, or an argument of Keras' own
                that a scheme has no use for.
        """
        _refuse(others)
        if isinstance(generator_optimizer, str | dict) and discriminator_optimizer is None:
            discriminator_optimizer = generator_optimizer
        if _is_one(generator_optimizer, discriminator_optimizer):
            raise InputError("generator_optimizer and discriminator_optimizer must be two optimizers; got one twice")
        with self.distribute_strategy.scope():
            _check_replicas(jit_compile, steps_per_execution, run_eagerly)
            self.jit_setting = jit_compile
            gains = replica_count() == 1 and bool(tf.config.list_physical_devices("GPU"))
            super().compile(
                optimizer=None,
                jit_compile=gains if jit_compile == "auto" else jit_compile,
                steps_per_execution=steps_per_execution,
                run_eagerly=run_eagerly,
            )
            of_generator, of_discriminator = self.paper_optimizers
            self.generator_optimizer = self._scaled(generator_optimizer or of_generator.build())
            self.discriminator_optimizer = self._scaled(discriminator_optimizer or of_discriminator.build())
            self.optimizer = OptimizerPair(self.generator_optimizer, self.discriminator_optimizer)
            for player in self.players:
                player.optimizer.build(player.variables)
            names = [f"{player.name}_gradient_norm" for player in self.players] if gradient_norms else []
            self.gradient_norms = [keras.metrics.Mean(name=name) for name in names]

    def _scaled(self, optimizer: Optimizer) -> keras.optimizers.Optimizer:
        """The Keras optimizer, with dynamic loss scaling where a network computes in float16."""
        optimizer = keras.optimizers.get(optimizer)
        layers = layers_within(self.generator) + layers_within(self.discriminator)
        in_float16 = any(layer.compute_dtype == "float16" for layer in layers)
        if not in_float16 or isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            return optimizer
        return keras.optimizers.LossScaleOptimizer(optimizer)

    @property
    def players(self) -> tuple[Player, Player]:
        """The discriminator and the generator, in the order of their updates."""
        norms = self.gradient_norms or (None, None)
        trained, ratio = self.discriminator.trainable_variables, self.latent_learning_rate_ratio
        scaled = self.latent.trainable_variables if ratio != 1.0 else []
        return (
            Player(0, "discriminator", self.discriminator_optimizer, trained, norms[0], [], 1.0),
            Player(1, "generator", self.generator_optimizer, self.generator_variables, norms[1], scaled, ratio),
        )

    def get_compile_config(self) -> dict[str, Any]:
        return {
            name: keras.saving.serialize_keras_object(getattr(self, name))
            for name in ("generator_optimizer", "discriminator_optimizer")
        } | {
            "jit_compile": self.jit_setting,
            "steps_per_execution": self.steps_per_execution,
            "gradient_norms": bool(self.gradient_norms),
        }

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))


def _is_one(optimizer: Any, other: Any) -> bool:
    return optimizer is other and isinstance(optimizer, keras.optimizers.Optimizer)


def _refuse(others: dict[str, Any]) -> None:
    """Raises `InputError` for what `keras.Model.compile` takes and a scheme does not."""
    if "optimizer" in others:
        raise InputError(
            "a scheme has two optimizers: give generator_optimizer and discriminator_optimizer, or one name for both"
        )
    for name in others:
        raise InputError(f"compile has no {name!r}: the losses are the scheme's own, and `fit` logs both; leave it out")


def _check_replicas(jit_compile: bool | str, steps_per_execution: int, run_eagerly: bool) -> None:
    """Raises `InputError` for what Keras cannot do on several replicas."""
    if replica_count() > 1 and (jit_compile is True or steps_per_execution != 1 or run_eagerly):
        raise InputError(
            "on several replicas Keras can neither use XLA nor run several steps at once nor run eagerly: expected "
            f"jit_compile=False, steps_per_execution=1 and run_eagerly=False; got {jit_compile}, "
            f"{steps_per_execution} and {run_eagerly}"
        )
