"""The standard CNN that the pre-trained networks are compared with.

Five stages of 3x3 convolutions, batch normalisation and ReLU, halving the film each time, then
global average pooling and one dense layer. 0.66 million parameters.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

CANDIDATE_LAYERS = ("stage2_relu1", "stage3_relu2", "stage4_relu2", "stage5_relu2")
TARGET_LAYER = CANDIDATE_LAYERS[-1]
_WIDTHS = (24, 48, 96, 192)


def build_small_cnn(n_classes: int, image_size_px: int) -> "keras.Model":
    """Build the network with random weights.

    Args:
        n_classes: columns of the logits.
        image_size_px: side of the square film; a multiple of 16, so that maps line up with it.

    Returns:
        Flat functional `keras.Model`: float32 (batch, size, size, 1) in [0, 1] -> logits
        (batch, n_classes). The last feature maps are (batch, size / 16, size / 16, 192).
    """
    import keras

    layers = keras.layers

    def convolve(x: Any, width: int, name: str, size: int = 3, strides: int = 1) -> Any:
        x = layers.Conv2D(
            width, size, strides=strides, padding="same", use_bias=False, name=f"{name}_conv"
        )(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
        return layers.ReLU(name=name)(x)

    film = keras.Input((image_size_px, image_size_px, 1), name="film")
    # Exposure differs between hospitals: every film is brought to mean 0 and variance 1.
    x = layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=1e-4, name="standardise", dtype="float32"
    )(film)
    x = convolve(x, 16, "stage1_relu", size=5, strides=2)
    for stage, width in enumerate(_WIDTHS, start=2):
        x = convolve(x, width, f"stage{stage}_relu1")
        if stage > 2:
            x = convolve(x, width, f"stage{stage}_relu2")
        if stage < len(_WIDTHS) + 1:
            x = layers.MaxPooling2D(2, name=f"stage{stage}_pool")(x)
    # Sums over many values and the logits stay exact when the rest computes in bfloat16.
    x = layers.GlobalAveragePooling2D(name="average", dtype="float32")(x)
    x = layers.Dropout(0.3, name="dropout", dtype="float32")(x)
    logits = layers.Dense(n_classes, name="logits", dtype="float32")(x)
    return keras.Model(film, logits, name="small_cnn")
