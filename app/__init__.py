"""Buurtstem: a dialogue dashboard for neighbourhood collectives, one folder per concept."""

CONCEPTS = (
    "accounts",
    "collectives",
    "proposals",
    "dialogues",
    "rooms",
    "votes",
    "responses",
    "news",
    "moderation",
    "privacy",
    "admin",
    "public",
    "exports",
    "reports",
)


def create_app(config=None):
    """The web application. It is fetched only here, because who counts ballots in a file needs none of it."""
    from app.web import assemble

    return assemble(CONCEPTS, config)
