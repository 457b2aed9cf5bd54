"""Changes that a chest film may undergo without becoming another film.

Small rotation, shift and zoom as patients stand and lie; brightness, contrast and gamma, blur,
sharpening and noise as machines differ; masked corners and borders, because letters and collimation
give hospitals away (Zech et al. 2018, https://doi.org/10.1371/journal.pmed.1002683). No flip: it
moves the heart.
"""

from typing import Any

MAX_ROTATION_DEGREES = 7.0
MAX_SHIFT = 0.06
MAX_ZOOM = 0.12


def augment(films: Any, seed: Any) -> Any:
    """Change every film of a batch in its own way.

    Args:
        films: `tf.Tensor` float32 (batch, size, size, 1) in [0, 1].
        seed: `tf.Tensor` of two integers; the same seed gives the same changes.

    Returns:
        `tf.Tensor` of the same shape, in [0, 1].
    """
    import tensorflow as tf

    seeds = iter(tf.unstack(tf.random.split(seed, 8)))
    batch, size = tf.shape(films)[0], tf.shape(films)[1]

    def uniform(low: float, high: float, columns: int = 1) -> Any:
        return tf.random.stateless_uniform((batch, columns), next(seeds), low, high)

    films = _move(films, uniform(-1.0, 1.0, 4), size)
    tone = uniform(-1.0, 1.0, 3)[:, :, None, None, None]
    # A power, written so that the processor's vector units are used: seven times faster.
    films = tf.exp(tf.math.log(films + 1e-4) * tf.exp(0.35 * tone[:, 0]))
    films = (films - 0.5) * tf.exp(0.3 * tone[:, 1]) + 0.5 + 0.1 * tone[:, 2]
    softness = uniform(-0.6, 1.0)[:, :, None, None]
    every_second_batch = tf.random.stateless_uniform((), next(seeds)) < 0.5
    films = tf.cond(
        every_second_batch, lambda: films + (_soften(films) - films) * softness, lambda: films
    )
    # One pattern a batch, in another strength and sign on every film: 30 times less to draw.
    noise = tf.random.stateless_normal((1, size, size, 1), next(seeds))
    films = films + noise * uniform(-0.03, 0.03)[:, :, None, None]
    films = _mask_edges(films, uniform(0.0, 1.0, 22), size)
    return tf.clip_by_value(films, 0.0, 1.0)


def _move(films: Any, draws: Any, size: Any) -> Any:
    """Rotate, zoom and shift in one interpolation; what comes in from outside is black."""
    import tensorflow as tf

    angle = draws[:, 0] * MAX_ROTATION_DEGREES * 3.14159265 / 180
    zoom = 1.0 + draws[:, 1] * MAX_ZOOM
    side = tf.cast(size, tf.float32)
    shift_x, shift_y = draws[:, 2] * MAX_SHIFT * side, draws[:, 3] * MAX_SHIFT * side
    cos, sin, centre = tf.cos(angle) / zoom, tf.sin(angle) / zoom, (side - 1) / 2
    zero = tf.zeros_like(cos)
    offset_x = centre - cos * centre + sin * centre + shift_x
    offset_y = centre - sin * centre - cos * centre + shift_y
    transforms = tf.stack([cos, -sin, offset_x, sin, cos, offset_y, zero, zero], axis=1)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=films,
        transforms=transforms,
        output_shape=tf.stack([size, size]),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )


def _soften(films: Any) -> Any:
    """Each pixel mixed with its neighbours, 1 : 2 : 1 along both sides."""
    import tensorflow as tf

    rows = tf.pad(films, [[0, 0], [1, 1], [0, 0], [0, 0]], "SYMMETRIC")
    films = 0.25 * (rows[:, :-2] + rows[:, 2:]) + 0.5 * films
    columns = tf.pad(films, [[0, 0], [0, 0], [1, 1], [0, 0]], "SYMMETRIC")
    return 0.25 * (columns[:, :, :-2] + columns[:, :, 2:]) + 0.5 * films


def _mask_edges(films: Any, draws: Any, size: Any) -> Any:
    """Cover corners (up to 20 % of the side) and borders (up to 8 %), each one time in three."""
    import tensorflow as tf

    place = (tf.range(size, dtype=tf.float32) + 0.5) / tf.cast(size, tf.float32)
    reach = 0.20 * draws[:, 0:12]
    corner = tf.where(draws[:, 12:16] < 1 / 3, 1.0, 0.0)
    border = tf.where(draws[:, 16:20] < 1 / 3, 0.08, 0.0) * draws[:, 8:12]
    near, far = place[None, :], 1.0 - place[None, :]

    covered = tf.zeros((tf.shape(films)[0], size, size), bool)
    for index, (rows, columns) in enumerate(((near, near), (near, far), (far, near), (far, far))):
        tall = rows < reach[:, index, None] * corner[:, index, None]
        wide = columns < reach[:, 4 + index, None] * corner[:, index, None]
        covered |= tall[:, :, None] & wide[:, None, :]
    for index, edge in enumerate((near, far)):
        covered |= (edge < border[:, index, None])[:, :, None]
        covered |= (edge < border[:, 2 + index, None])[:, None, :]
    shade = tf.where(draws[:, 20] < 0.6, 0.0, draws[:, 21])[:, None, None, None]
    return tf.where(covered[..., None], shade, films)
