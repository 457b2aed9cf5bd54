"""A small U-Net that finds the lungs (Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597).

Five levels of two 3x3 convolutions with batch normalisation and ReLU; 0.9 million parameters.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

NETWORK = "lung_unet"
FILM_PX = 128
_WIDTHS = (16, 32, 64, 96, 128)


def build_lung_unet() -> "keras.Model":
    """Build the network with random weights.

    Returns:
        Flat functional `keras.Model`: float32 (batch, 128, 128, 1) in [0, 1] -> logits of "lung"
        (batch, 128, 128, 1).
    """
    import keras

    layers = keras.layers

    def convolve(x: Any, width: int, name: str) -> Any:
        for number in (1, 2):
            x = layers.Conv2D(
                width, 3, padding="same", use_bias=False, name=f"{name}_conv{number}"
            )(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm{number}")(x)
            x = layers.ReLU(name=f"{name}_relu{number}")(x)
        return x

    film = keras.Input((FILM_PX, FILM_PX, 1), name="film")
    x = layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=1e-4, name="standardise"
    )(film)
    skipped = []
    for level, width in enumerate(_WIDTHS[:-1], start=1):
        x = convolve(x, width, f"down{level}")
        skipped.append(x)
        x = layers.MaxPooling2D(2, name=f"down{level}_pool")(x)
    x = convolve(x, _WIDTHS[-1], "bottom")
    for level in range(len(skipped), 0, -1):
        x = layers.UpSampling2D(2, interpolation="bilinear", name=f"up{level}_larger")(x)
        x = layers.Concatenate(name=f"up{level}_joined")([x, skipped[level - 1]])
        x = convolve(x, _WIDTHS[level - 1], f"up{level}")
    logits = layers.Conv2D(1, 1, name="logits")(x)
    return keras.Model(film, logits, name=NETWORK)
