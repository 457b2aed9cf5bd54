"""Networks. What TensorFlow reads when it is imported is set here, before any network is built.

TensorFlow takes oneDNN by itself on some processors only. On the others networks train faster with
it, too: `bench settings` shows how much.
"""

import os

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
