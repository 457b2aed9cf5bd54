"""A comparison of models in words: which one to use and why, and what cannot be told apart."""

from collections.abc import Iterator, Mapping

from xray_core.data.labels import label_title
from xray_core.evaluation.areas import AreaDifferences
from xray_core.evaluation.compare import COMPARED, Comparison, choose
from xray_core.evaluation.difference import Difference
from xray_core.evaluation.disagreement import Disagreement
from xray_core.evaluation.intervals import LEAST_FOR_AUC, words_for
from xray_core.evaluation.probability import probability_text
from xray_core.evaluation.same_films import MEAN
from xray_core.wording import capital, counted, join

MEAN_WORDS = "the mean of all models"

Names = Mapping[str, str]
"""Name of a model -> as it is displayed."""


def choice_words(comparison: Comparison, by: str, names: Names) -> str:
    """Which model to use, in one sentence.

    Args:
        comparison: of the models.
        by: one of `COMPARED`.
        names: of the models.
    """
    used, best, like = choose(comparison, by)
    score = COMPARED[by]
    reached = words_for(comparison.scores[best][by])
    films = counted(comparison.films.n, "film")
    if not comparison.is_enough:
        patients = counted(comparison.films.n_patients, "patient")
        return (
            f"Which model to use cannot be said from {films} of {patients}: films of "
            f"{LEAST_FOR_AUC} patients or more are needed."
        )
    on = f"on {films}"
    if not like:
        return (
            f"Use {names[best]}: its {score} of {reached} is the highest, and its lead over every "
            f"other model {on} is more than chance."
        )
    others = join([names[name] for name in like])
    if used == best:
        return (
            f"Use {names[best]}: its {score} of {reached} is the highest; {others} cannot be told "
            f"from it {on}, but {'is' if len(like) == 1 else 'are'} no smaller."
        )
    return (
        f"Use {names[used]}: {names[best]} has the highest {score}, {reached}, but the two are not "
        f"distinguishable {on}, and {names[used]} is smaller{_size(comparison, used, best)}."
    )


def rule_words(by: str) -> str:
    """The rule that the choice follows."""
    return (
        f"Rule: the highest {COMPARED[by]} leads; of the models that cannot be told from the "
        "leader at 5 % (all pairs counted, Holm), the one with the fewest parameters is used. It "
        "holds for films like these, and says nothing of another hospital."
    )


def difference_words(difference: Difference, score: str, names: Names) -> str:
    """Whether two models can be told apart, in one sentence with its figures."""
    first, second = names[difference.first], names[difference.second]
    if difference.value is None:
        return f"{first} and {second}: {score} cannot be computed on these films."
    p = f"p {p_words(difference.holm)}"
    if difference.distinguishable:
        led = difference if difference.value > 0 else difference.turned
        better, worse = names[led.first], names[led.second]
        return _capital(f"{better} is better than {worse} in {score}: {value_words(led)}, {p}.")
    seen = f" A difference of {difference.smallest:.3f} would be seen in 80 % of cases."
    return _capital(
        f"{first} and {second} are not distinguishable on {counted(difference.n, 'film')} in "
        f"{score}: "
        f"{value_words(difference)}, {p}.{seen if difference.smallest else ''}"
    )


def value_words(difference: Difference) -> str:
    """`+0.031 (+0.011 to +0.051)`; `-` where it cannot be computed."""
    if difference.value is None:
        return "-"
    if difference.low is None or difference.high is None:
        return f"{difference.value:+.3f}"
    return f"{difference.value:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})"


def p_words(p: float) -> str:
    """`= 0.032`, `< 0.001`."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def question_title(item: AreaDifferences) -> str:
    """`COVID-19 against the rest`, `COVID-19 or normal within siim`."""
    title = label_title(item.label)
    if not item.against:
        return f"{title} against the rest"
    return f"{title} or {item.against} within {item.source or 'source not stated'}"


def text_lines(comparison: Comparison, by: str, apart: Disagreement) -> Iterator[str]:
    """The whole comparison, for the command line.

    Args:
        comparison: of the models.
        by: one of `COMPARED`.
        apart: films that divide them, as many as are named.
    """
    names = {name: name for name in comparison.films.names} | {MEAN: MEAN_WORDS}
    films = comparison.films
    yield choice_words(comparison, by, names)
    yield rule_words(by)
    yield f"{counted(films.n, 'film')} of {counted(films.n_patients, 'patient')}"
    yield from films.notes
    for name, scores in comparison.scores.items():
        parts = ", ".join(f"{title} {words_for(scores[key])}" for key, title in COMPARED.items())
        yield f"{names[name]}: {parts}"
        yield (
            f"  calibration error {words_for(scores['calibration_error'])}, by chance up to "
            f"{scores['by_chance']:.3f}; Brier {words_for(scores['brier'])}"
        )
    for place, (first, second) in enumerate(comparison.pairs):
        yield f"{names[first]} and {names[second]}"
        for key, title in COMPARED.items():
            yield f"  {difference_words(comparison.differences[key][place], title, names)}"
        test = comparison.mcnemar[place]
        yield (
            f"  McNemar: {test.only_first} films that only {names[first]} gets right, "
            f"{test.only_second} that only {names[second]} does; p {p_words(test.p)}, with the "
            f"films of a patient together {p_words(test.p_by_patient)}"
        )
        yield f"  same answer beyond chance (kappa): {words_for(comparison.kappa[place])}"
    yield from disagreement_lines(apart, names)
    for item in (*comparison.per_class, *comparison.within):
        areas = ", ".join(f"{names[name]} {area:.3f}" for name, area in item.areas.items())
        yield f"AUC of {question_title(item)}: {areas}"
        for difference in item.differences:
            yield f"  {difference_words(difference, 'AUC', names)}"
    yield "p are corrected for all comparisons of a score (Holm); intervals are 95 %, by patient."


def _size(comparison: Comparison, used: str, best: str) -> str:
    sizes = (comparison.parameters[used], comparison.parameters[best])
    if None in sizes:
        return ""
    small, large = (f"{(size or 0) / 1e6:.1f}" for size in sizes)
    return f" ({small} against {large} million parameters)"


def disagreement_lines(found: Disagreement, names: Names) -> Iterator[str]:
    """On how many films the models part, and the films that divide them most."""
    yield f"The models name different classes on {found.n:,} of {found.n_films:,} films."
    for pair in found.map_pairs:
        yield (
            f"  maps of {names[pair['first']]} and {names[pair['second']]} correlate by "
            f"{pair['correlation']:.2f} (median of the films)"
        )
    if found.by_map:
        yield "Those first that divide them most in answer and map together:"
    for film in found.films:
        said = ", ".join(
            f"{names[name]} {answer['class']} {probability_text(answer['probability'])}"
            for name, answer in film["answers"].items()
        )
        place = f"{film['id']}, {film['label']}, {film['source'] or 'source not stated'}"
        alike = "" if film["maps"] is None else f"; maps correlate by {film['maps']:.2f}"
        yield f"  {place}: {said}{alike}"


def _capital(sentence: str) -> str:
    """With a capital where it begins with the mean of all models; a run's id stays as it is."""
    return capital(sentence) if sentence.startswith(MEAN_WORDS) else sentence
