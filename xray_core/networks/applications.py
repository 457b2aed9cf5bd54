"""Networks of `keras.applications` for grey films, with a head that can be explained.

The graph is flat: the backbone is built on the film itself, not called as a layer, so that every
layer can be reached by name. Each film is brought to mean 0 and variance 1, since exposure
differs between hospitals, and then the mean and spread that ImageNet pictures had where the
weights were learnt.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

# (scale, offset) of a standardised film, for the inputs that each network was pre-trained with:
# ImageNet has mean 0.449 and standard deviation 0.226 on average over the colours.
INPUT_SCALES = {
    "caffe": (57.7, 0.0),  # colours of 0 to 255, less their mean
    "tf": (0.452, -0.102),  # -1 to 1
    "torch": (1.0, 0.0),  # mean 0, variance 1
}


def application_builder(
    name: str, application: str, inputs: str, **options: Any
) -> Callable[[int, int], Any]:
    """The `build` function of one network.

    Args:
        name: of the `keras.Model` it builds.
        application: name of the function in `keras.applications`.
        inputs: key of `INPUT_SCALES`.
        options: further arguments of that function.

    Returns:
        `(n_classes, image_size_px) -> keras.Model`: float32 (batch, size, size, 1) in [0, 1] ->
        logits (batch, n_classes), with random weights.
    """

    def build(n_classes: int, image_size_px: int) -> "keras.Model":
        import keras

        layers = keras.layers
        film = keras.Input((image_size_px, image_size_px, 1), name="film")
        x = layers.LayerNormalization(
            axis=(1, 2, 3),
            center=False,
            scale=False,
            epsilon=1e-4,
            name="standardise",
            dtype="float32",
        )(film)
        x = layers.Concatenate(name="three_channels")([x, x, x])
        x = layers.Rescaling(*INPUT_SCALES[inputs], name="preprocess")(x)
        backbone = getattr(keras.applications, application)(
            include_top=False, weights=None, input_tensor=x, **options
        )
        # Sums over many values and the logits stay exact when the backbone computes in bfloat16.
        x = layers.GlobalAveragePooling2D(name="average", dtype="float32")(backbone.output)
        x = layers.Dropout(0.3, name="dropout", dtype="float32")(x)
        logits = layers.Dense(n_classes, name="logits", dtype="float32")(x)
        return keras.Model(film, logits, name=name)

    return build
