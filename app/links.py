"""Links for on paper and in the post: to the address in the settings, whatever a visit calls us."""

from flask import current_app


def link_to(endpoint, **values):
    return current_app.config["ADDRESS"] + current_app.url_map.bind("").build(endpoint, values)
