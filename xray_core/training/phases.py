"""The two phases of a training: the head on frozen features, then the network itself.

Both go through `_fit`, which resumes after the last whole epoch of the checkpoint.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xray_core.arrays import Float16Array
from xray_core.networks.registry import load_weights, save_weights
from xray_core.runs.store import WEIGHTS
from xray_core.training.augment import ONE_THREAD
from xray_core.training.checkpoint import since_best
from xray_core.training.config import TrainingConfig
from xray_core.training.context import Phase, TrainingContext
from xray_core.training.learning_rates import cosine, plateau
from xray_core.training.pipeline import (
    Examples,
    Variation,
    steps_per_epoch,
    training_batches,
    validation_batches,
)
from xray_core.training.weight_average import averaged, averages

if TYPE_CHECKING:
    import keras

HEAD, FINE_TUNING, TRAINING = "head", "fine-tuning", "training"
HEAD_WEIGHTS = "head.npz"
HEAD_BATCH_SIZE = 128
HEAD_RATE_FACTOR = 10.0


def train_head(context: TrainingContext, model: "keras.Model", features: Float16Array) -> bool:
    """Train the head alone and put its best weights into the model.

    Args:
        context: what the phases share.
        model: network of the registry whose backbone is pre-trained.
        features: of all films, as `cache_features` returns.

    Returns:
        True when it was stopped.
    """
    import keras

    config, path = context.config, context.run_dir / HEAD_WEIGHTS
    logits = model.get_layer("logits")
    head = keras.Sequential(
        [
            keras.Input(features.shape[1:]),
            keras.layers.Dropout(0.3, seed=config.seed),
            keras.layers.Dense(logits.units),
        ]
    )
    head.layers[-1].set_weights(logits.get_weights())
    steps = steps_per_epoch(len(context.examples.rows), HEAD_BATCH_SIZE)
    rate = config.learning_rate * HEAD_RATE_FACTOR
    compile_network(head, config)
    mapped = context.maps.features(model)

    def after_epoch(epoch: int) -> None:
        context.maps.add(epoch, mapped, *head.layers[-1].get_weights())

    phase = Phase(
        name=HEAD,
        epochs=config.head_epochs,
        epochs_before=0,
        epochs_after=config.epochs,
        steps=steps,
        batch_size=HEAD_BATCH_SIZE,
        rate=cosine(rate, steps * config.head_epochs),
        best_path=path,
        after_epoch=after_epoch,
    )
    stopped = _fit(context, head, replace(context.examples, values=features), phase)
    if path.is_file():
        load_weights(head, path)
        logits.set_weights(head.layers[-1].get_weights())
        save_weights(model, context.run_dir / WEIGHTS)
    return stopped


def train_network(context: TrainingContext, model: "keras.Model", strategy: Any = None) -> bool:
    """Train the network from the layer that the settings name.

    Args:
        context: what the phases share.
        model: network of the registry, its layers already frozen.
        strategy: `tf.distribute` strategy that the model was built in, or None.

    Returns:
        True when it was stopped.
    """
    from contextlib import nullcontext

    config = context.config
    steps = steps_per_epoch(len(context.examples.rows), config.batch_size)
    if config.schedule == "cosine":
        rate = cosine(config.learning_rate, steps * config.epochs)
    else:
        rate = plateau(config.learning_rate)
    with strategy.scope() if strategy else nullcontext():
        compile_network(model, config, config.ema_momentum)

    def after_epoch(epoch: int) -> None:
        with averaged(model):
            head = model.get_layer("logits").get_weights()
            context.maps.add(epoch, context.maps.features(model), *head)

    phase = Phase(
        name=FINE_TUNING if config.pretrained else TRAINING,
        epochs=config.epochs,
        epochs_before=len(context.checkpoint.losses(HEAD)),
        epochs_after=0,
        steps=steps,
        batch_size=config.batch_size,
        rate=rate,
        best_path=context.run_dir / WEIGHTS,
        after_epoch=after_epoch,
    )
    return _fit(context, model, context.examples, phase)


def _fit(context: TrainingContext, model: "keras.Model", examples: Examples, phase: Phase) -> bool:
    import keras

    from xray_core.training.callbacks import RunReporter

    config, losses = context.config, context.checkpoint.losses(phase.name)
    done = len(losses)
    if done >= phase.epochs or since_best(losses) >= config.patience:
        return False
    if done:
        context.checkpoint.restore(model)
        context.echo(f"resuming after epoch {context.checkpoint.epoch}")
    reporter = RunReporter(context, phase)
    variation = Variation(
        plain_from=(phase.epochs - config.plain_epochs) * phase.steps,
        tone_mixing=config.tone_mixing,
        lung_focus=config.lung_focus,
    )
    batches = training_batches(
        examples,
        batch_size=phase.batch_size,
        seed=config.seed,
        variation=variation if config.augment and phase.name != HEAD else None,
        first_step=done * phase.steps,
        last_step=phase.epochs * phase.steps,
    )
    swaps = [keras.callbacks.SwapEMAWeights()] if averages(model.optimizer) else []
    with ONE_THREAD:
        model.fit(
            batches,
            steps_per_epoch=phase.steps,
            initial_epoch=done,
            epochs=phase.epochs,
            validation_data=validation_batches(examples, phase.batch_size),
            callbacks=[*swaps, reporter],
            shuffle=False,
            verbose=0,
        )
    return reporter.stopped


def compile_network(
    model: "keras.Model", config: TrainingConfig, ema_momentum: float = 0.0
) -> None:
    """Give a network the loss and the optimiser of a training.

    Args:
        model: network, or a head alone.
        config: learning rate, weight decay and label smoothing.
        ema_momentum: of the moving average of the weights; 0 keeps none.
    """
    import keras

    model.compile(
        keras.optimizers.AdamW(
            config.learning_rate,
            weight_decay=config.weight_decay,
            clipnorm=1.0,
            use_ema=ema_momentum > 0,
            ema_momentum=ema_momentum,
        ),
        keras.losses.CategoricalCrossentropy(
            from_logits=True, label_smoothing=config.label_smoothing
        ),
        weighted_metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
    )
    model.optimizer.build(model.trainable_variables)  # else the first step is traced twice
