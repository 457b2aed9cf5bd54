"""ThoraxLens: the entry of the app; no logic.

The server imports this file once, for `app`; every visit of a page runs it as a script. The server
listens at once: what pages need is loaded meanwhile, while the browser loads its own part.
"""

if __name__ == "app":
    import streamlit as st
    from starlette.middleware import Middleware

    from pages.ui.home.warm import warm_up
    from pages.ui.shared.front_door import FrontDoor, keep_uploads_in_memory

    keep_uploads_in_memory()
    warm_up()
    app = st.App(__file__, middleware=[Middleware(FrontDoor)])
else:
    from pages.ui.shared.page import show_page

    show_page()
