"""Every error a user can cause, as one tree.

    XrayError                    what happened | where | what to do
    ├── SettingsError            an environment variable has an unusable value
    ├── DataError
    │   ├── DatasetError         the folder or index holds no data set we can read
    │   ├── ImageReadError       a file is not a readable image
    │   ├── ImageTooLargeError   a file is over the byte or pixel limit
    │   ├── SplitError           the records cannot be divided as asked
    │   └── DownloadError        a public data set could not be fetched
    ├── NetworkError             an unknown network, layer, class or unusable weights
    │   ├── UnknownNetworkError
    │   ├── LayerNotFoundError
    │   ├── ClassIndexError
    │   └── WeightsError
    ├── RunError                 a run cannot be found, read or written
    │   └── RunNotFoundError
    ├── TrainingError            training cannot start or be resumed
    ├── ExplainError             an unknown method, or one that the network does not support
    └── PrevalenceError          a prevalence that is not within 0 and 1

Pages show the three parts, the command line prints them on one line and exits 2.
Anything that is not an `XrayError` is a defect of ours.
"""


class XrayError(Exception):
    """An error with a way out.

    >>> try:
    ...     open_model("small_cmm")
    ... except XrayError as error:
    ...     print(error.what)
    There is no such run.

    Args:
        what: what happened, one sentence.
        where: the file, row or value concerned; never an absolute path of a server.
        fix: what the user can do about it, one sentence.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(" | ".join(part for part in (what, where, fix) if part))

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip back from a worker process."""
        return (_rebuild, (type(self), self.what, self.where, self.fix))


def _rebuild(kind: type[XrayError], what: str, where: str, fix: str) -> XrayError:
    return kind(what, where=where, fix=fix)


class SettingsError(XrayError):
    """An environment variable has an unusable value."""


class DataError(XrayError):
    """Something is wrong with a data set or a film."""


class DatasetError(DataError):
    """The folder or index holds no data set we can read."""


class ImageReadError(DataError):
    """A file is not a readable image."""


class ImageTooLargeError(ImageReadError):
    """A file is over the byte or pixel limit."""


class SplitError(DataError):
    """The records cannot be divided as asked."""


class DownloadError(DataError):
    """A public data set could not be fetched."""


class NetworkError(XrayError):
    """Something is wrong with a network."""


class UnknownNetworkError(NetworkError):
    """No network has that name."""


class LayerNotFoundError(NetworkError):
    """The network has no such layer, or the layer is not 4-D."""


class ClassIndexError(NetworkError):
    """The network has no such class."""


class WeightsError(NetworkError):
    """Weights are missing, damaged or do not fit the network."""


class RunError(XrayError):
    """A run cannot be read or written."""


class RunNotFoundError(RunError):
    """No run has that name."""


class TrainingError(XrayError):
    """Training cannot start or be resumed."""


class ExplainError(XrayError):
    """An unknown explanation method, or one that the network does not support."""


class PrevalenceError(XrayError):
    """A prevalence that is not within 0 and 1."""
