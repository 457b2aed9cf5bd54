"""What Home needs, loaded by importing this: the server listens before."""

import pages.ui.film.viewer
import pages.ui.home.last_work
import pages.ui.shared.page  # noqa: F401
