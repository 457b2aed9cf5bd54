"""What the tags of a file say against a film, or beside it."""

from xray_core.data.decoding.body_parts import RADIOGRAPHY, body_part_shown
from xray_core.data.film_facts import FilmFacts
from xray_core.opinion.gate.result import GateFinding

PHOTOGRAPH_ADVICE = "Give the file of the film itself where you can."
MIRROR_ADVICE = "Check the marker; in dextrocardia the heart does lie there."
_GIVE = "Give a frontal (PA or AP) film of the chest."


def stopping_tags(facts: FilmFacts) -> tuple[GateFinding, ...]:
    """What its tags say against a frontal chest film: it stops, whatever the pixels look like."""
    modality, part, view = facts.modality.upper(), facts.body_part.upper(), facts.view
    if modality not in RADIOGRAPHY:
        words = f"By its tags this is no radiograph: modality {modality}."
        return (GateFinding("not_chest", modality, words, True, _GIVE),)
    if body_part_shown(part) == "other":
        words = f"By its tags this is no chest film: body part {part}."
        return (GateFinding("not_chest", part, words, True, _GIVE),)
    if facts.n_frames > 1:
        words = f"The file holds {facts.n_frames} pictures: a series or a video, not one film."
        advice = "Save the one that is the film as a file of its own."
        return (GateFinding("several", facts.n_frames, words, True, advice),)
    if view in ("lateral", "oblique"):
        kind = "a lateral" if view == "lateral" else "an oblique"
        words = f"{_by(facts)} this is {kind} view, not a frontal one."
        return (GateFinding(view, view, words, True, _GIVE),)
    return ()


def noted_tags(facts: FilmFacts) -> tuple[GateFinding, ...]:
    """What the tags say of a film that may be answered; the words of the file come first."""
    found = []
    if facts.view == "decubitus":
        words = f"{_by(facts)} the patient lies on a side (decubitus): fluid and air lie otherwise."
        advice = "The models hardly met such films."
        found.append(GateFinding("decubitus", None, words, False, advice))
    if facts.mirrored:
        words = "By its tags the film is mirrored: the patient's right is at the viewer's right."
        found.append(GateFinding("mirrored", None, words, False, MIRROR_ADVICE))
    if facts.photo:
        found.append(
            GateFinding("photographed", None, facts.photo_by_file, False, PHOTOGRAPH_ADVICE)
        )
    if facts.burned_in:
        words = "By its tags text is burned into the picture."
        advice = "It may name the patient, and the models may look at it."
        found.append(GateFinding("burned_in", None, words, False, advice))
    return tuple(found)


def _by(facts: FilmFacts) -> str:
    return f"By its tags ({facts.view_from})" if facts.view_from else "By its tags"
