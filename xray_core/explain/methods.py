"""All explanation methods by name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xray_core.errors import ExplainError
from xray_core.explain import (
    ablation_cam,
    fused,
    grad_cam,
    grad_cam_plus_plus,
    guided_backprop,
    hires_cam,
    integrated_gradients,
    layer_cam,
    occlusion,
    rise,
    saliency,
    score_cam,
    smooth_grad,
)
from xray_core.explain.closed_form import Compute, each_column, from_gradient
from xray_core.explain.passes import Weigh
from xray_core.networks.layers import AND, fused_layers, join_layers, split_layers
from xray_core.networks.registry import target_layer_of

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Method:
    """One explanation method.

    Attributes:
        name: key in `METHODS`.
        title: display name.
        unit: of the map's values.
        compute: `(model, films, columns, layer) -> (logits (b, c), maps (b, column, h, w))`, before
            the negative part is cut off.
        of_layer: the map has the size of a layer's feature maps, and only its positive part is
            shown; else that of the film or of a grid over it.
        cost: `pass`, all classes come with the prediction at the last layer, where the head is
            average pooling and one dense layer (on another head and at another layer as `gradient`;
            Ablation-CAM as `perturbation`); `gradient`, every class takes a separate pass back, and
            one forward unless it is a layer that is explained; `perturbation`, many passes forward
            give all classes together.
        n_passes: films through the network for a film and, where the cost is `gradient`, a class.
        linear: the map of a difference of logits is the difference of their maps.
        names_likeliest: finds the likeliest class in the pass that explains it; others need one
            more pass forward.
        fused: explains several layers at once, `A+B`; their maps are scaled, and so have no unit of
            the logit.
        passes_randomisation: False for the counter-example, whose maps hardly depend on what the
            network has learnt.
    """

    name: str
    title: str
    unit: str
    compute: Compute
    of_layer: bool = False
    cost: Literal["pass", "gradient", "perturbation"] = "gradient"
    n_passes: int = 1
    linear: bool = False
    names_likeliest: bool = False
    fused: bool = False
    passes_randomisation: bool = True

    @property
    def signed(self) -> bool:
        """Values below 0 speak against the class."""
        return self.linear and not self.of_layer

    @property
    def directed(self) -> bool:
        """Its maps of two classes may be compared."""
        return self.linear or (self.of_layer and not self.fused)


_LOGITS = "logit units"
_SHARE = "share of the greatest evidence"
_SLOPE = "logit units per unit of brightness"
_GRAD_CAM = from_gradient(grad_cam.grad_cam_evidence, grad_cam.grad_cam_by_gradient)
_PLUS_PLUS = from_gradient(
    grad_cam_plus_plus.grad_cam_plus_plus_maps, grad_cam_plus_plus.grad_cam_plus_plus_by_gradient
)
_HIRES_CAM = from_gradient(grad_cam.grad_cam_evidence, hires_cam.hires_cam_by_gradient)
_LAYER_CAM = from_gradient(layer_cam.layer_cam_maps, layer_cam.layer_cam_by_gradient)


def _weighing(name: str, title: str, compute: Compute, *, linear: bool = False) -> Method:
    """A method that weighs the features of one layer by the gradient there."""
    return Method(name, title, _LOGITS, compute, True, "pass", linear=linear, names_likeliest=True)


def _fused_of(name: str, title: str, weigh: Weigh) -> tuple[Method, ...]:
    """The mean and the product of the maps of several layers by one method."""
    return tuple(
        Method(
            f"{name}_{ending}",
            words.format(title),
            _SHARE,
            fused.fused(weigh, fuse),
            of_layer=True,
            names_likeliest=True,
            fused=True,
        )
        for ending, words, fuse in (
            ("fused", "Fused {}", fused.mean_of),
            ("product", "{} product", fused.product_of),
        )
    )


METHODS = {
    method.name: method
    for method in (
        _weighing("grad_cam", "Grad-CAM", _GRAD_CAM, linear=True),
        _weighing("grad_cam_plus_plus", "Grad-CAM++", _PLUS_PLUS),
        _weighing("hires_cam", "HiResCAM", _HIRES_CAM, linear=True),
        _weighing("layer_cam", "LayerCAM", _LAYER_CAM),
        Method(
            "ablation_cam",
            "Ablation-CAM",
            "logit drop times activation",
            ablation_cam.ablation_cam,
            True,
            "pass",
            linear=True,
        ),
        Method(
            "score_cam",
            "Score-CAM",
            "logit rise times activation",
            score_cam.score_cam,
            True,
            "perturbation",
            score_cam.N_CHANNELS,
            linear=True,
        ),
        *_fused_of("grad_cam", "Grad-CAM", grad_cam.grad_cam_by_gradient),
        *_fused_of("hires_cam", "HiResCAM", hires_cam.hires_cam_by_gradient),
        *_fused_of("layer_cam", "LayerCAM", layer_cam.layer_cam_by_gradient),
        Method("saliency", "Saliency", _SLOPE, each_column(saliency.saliency)),
        Method(
            "gradient_x_input",
            "Gradient x input",
            _LOGITS,
            each_column(saliency.gradient_x_input),
            linear=True,
        ),
        Method(
            "smooth_grad",
            "SmoothGrad",
            _SLOPE,
            each_column(smooth_grad.smooth_grad),
            n_passes=smooth_grad.N_COPIES,
        ),
        Method(
            "integrated_gradients",
            "Integrated Gradients",
            _LOGITS,
            each_column(integrated_gradients.integrated_gradients),
            n_passes=integrated_gradients.N_STEPS,
            linear=True,
        ),
        Method(
            "guided_backprop",
            "Guided backpropagation",
            "no unit",
            each_column(guided_backprop.guided_backprop),
            passes_randomisation=False,
        ),
        Method(
            "occlusion",
            "Occlusion",
            _LOGITS,
            occlusion.occlusion,
            cost="perturbation",
            n_passes=occlusion.N_PLACES,
            linear=True,
        ),
        Method(
            "rise",
            "RISE",
            _LOGITS,
            rise.rise,
            cost="perturbation",
            n_passes=rise.N_MASKS,
            linear=True,
        ),
    )
}


NEED_NO_LAYER = (
    "Methods that need no layer cover the whole network: Occlusion, RISE, Integrated Gradients."
)


def get_method(name: str) -> Method:
    """The method of that name.

    Raises:
        ExplainError: lists the names that exist.
    """
    try:
        return METHODS[name]
    except KeyError:
        raise ExplainError(
            f"There is no method '{name}'.", fix=f"Choose one of: {', '.join(METHODS)}."
        ) from None


def layer_of(model: "keras.Model", method: Method, layer: str | None = None) -> str:
    """The spelling of the layer, or layers, that a method explains; empty for methods of the film.

    Args:
        model: as for `evidence`.
        method: of `METHODS`.
        layer: that was named; None takes the target layer that the network carries or that the
            registry names, and for a method that fuses `fused_layers`.

    Raises:
        ExplainError: several layers are named for a method of one.
        UnknownNetworkError: no layer is named for a network that carries none and isn't in the
            registry.
    """
    if not method.of_layer:
        return ""
    if method.fused:
        return join_layers(split_layers(layer) if layer else fused_layers(model))
    if layer and AND in layer:
        able = (item.name for item in METHODS.values() if item.fused)
        raise ExplainError(
            f"{method.title} explains one layer.",
            where=layer,
            fix=f"Name one layer, or choose one of: {', '.join(able)}.",
        )
    return layer or target_layer_of(model)
